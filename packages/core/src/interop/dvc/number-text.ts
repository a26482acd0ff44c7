/**
 * A number as Python writes it, which is what DVC puts into a command: `1e-05` where JavaScript has `0.00001`.
 * JSON has one kind of number, so that a whole float (`1.0`) is written as a whole number (`1`).
 */
export function pythonNumber(value: number): string {
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (value === 0 || (power >= -4 && power < 16)) return String(value);
  const size = String(Math.abs(power)).padStart(2, '0');
  return `${digits}e${power < 0 ? '-' : '+'}${size}`;
}

/** A number that YAML 1.1 (PyYAML), YAML 1.2 and JSON all read as that number: exponents need a point and a sign. */
export function portableNumber(value: number): string {
  const text = pythonNumber(value);
  const [digits = '', exponent] = text.split('e');
  return exponent === undefined || digits.includes('.') ? text : `${digits}.0e${exponent}`;
}
