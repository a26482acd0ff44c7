import { z } from 'zod';

/** One generator as people see it: what its help and Nx Console show, and the options that it takes. */
export interface GeneratorDefinition<Options extends z.ZodObject = z.ZodObject> {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly examples: readonly { readonly command: string; readonly description: string }[];
  readonly options: Options;
}

/** The schema.json that Nx and its editors read of a generator. Draft 7, which is what they know. */
export function generatorSchema(definition: GeneratorDefinition): Readonly<Record<string, unknown>> {
  const { id, title, description, examples, options } = definition;
  const body = z.toJSONSchema(options, { target: 'draft-7', io: 'input' });
  delete body.$schema; // Nx has one of its own
  return {
    $schema: 'https://json-schema.org/schema',
    $id: id,
    cli: 'nx',
    title,
    description,
    examples,
    ...body,
  };
}
