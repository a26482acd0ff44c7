/** For specs of whatever publishes: a registry on loopback that is held to MLflow's published messages. */
export { FakeMlflow } from './fake-mlflow.js';
