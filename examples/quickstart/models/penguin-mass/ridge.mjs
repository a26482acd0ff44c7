import { Matrix, solve } from 'ml-matrix';

/**
 * Ridge regression, solved in closed form: (X'X + penalty I) w = X'(y - intercept).
 * Hoerl and Kennard, Ridge Regression: Biased Estimation for Nonorthogonal Problems, Technometrics 1970.
 *
 * @param {number[][]} rows centred columns, so that the intercept is the mean of the targets
 * @returns {{ intercept: number, coefficients: number[] }}
 */
export function fitRidge(rows, targets, penalty) {
  const x = new Matrix(rows);
  const intercept = targets.reduce((sum, y) => sum + y, 0) / targets.length;
  const y = Matrix.columnVector(targets.map((target) => target - intercept));

  const gram = x.transpose().mmul(x).add(Matrix.eye(x.columns).mul(penalty));
  return { intercept, coefficients: solve(gram, x.transpose().mmul(y)).to1DArray() };
}

export const applyRidge = ({ intercept, coefficients }, row) =>
  row.reduce((sum, value, i) => sum + value * coefficients[i], intercept);
