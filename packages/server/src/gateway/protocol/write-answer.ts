import { InferenceFailure } from './inference-failure.js';
import type { Tensor } from './tensor.js';

/** Who answered, and which request. */
export interface Answerer {
  readonly model: string;
  readonly version: string;
  readonly id: string | undefined;
}

/**
 * The JSON of an answer. By hand: this is made for each request, and a number that JSON cannot say must be found anyway.
 *
 * @throws InferenceFailure `model` for NaN and infinity: JSON has no word for them, and whoever reads them has no use for them
 */
export function writeAnswer({ model, version, id }: Answerer, outputs: readonly Tensor[]): string {
  let text = `{"model_name":${JSON.stringify(model)},"model_version":${JSON.stringify(version)}`;
  if (id !== undefined) text += `,"id":${JSON.stringify(id)}`;
  text += ',"outputs":[';
  outputs.forEach((tensor, at) => {
    text += (at === 0 ? '' : ',') + tensorText(tensor);
  });
  return `${text}]}`;
}

function tensorText({ name, datatype, shape, data }: Tensor): string {
  let text = `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":[${shape.join()}],"data":[`;
  for (let at = 0; at < data.length; at += 1) {
    const value = data[at];
    if (at > 0) text += ',';
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) throw notFinite(name, at, value);
      text += datatype === 'BOOL' ? String(value !== 0) : String(value);
    } else text += typeof value === 'string' ? JSON.stringify(value) : String(value);
  }
  return `${text}]}`;
}

function notFinite(name: string, at: number, value: number): InferenceFailure {
  return new InferenceFailure('model', `output "${name}": element ${String(at)} is ${String(value)}`);
}
