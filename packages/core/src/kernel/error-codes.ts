/**
 * Every code that nx-ml can report, with one sentence on what it means. docs/errors.md is
 * generated from this table and a test keeps the two equal.
 */
export const errorCodes = {
  ERR_ML_CONFIG_SYNTAX: 'An ml.yaml is not well-formed YAML.',
  ERR_ML_CONFIG_INVALID: 'An ml.yaml has an unknown key, a wrong value or a missing one.',
  ERR_ML_CONFIG_REFERENCE:
    'An ml.yaml names a dataset or model that the workspace does not have, or has as another kind.',
  ERR_ML_PARAMS_INVALID: 'A params file cannot be read as an object of JSON values.',
  ERR_ML_DVC_INVALID:
    'A file of a DVC project is malformed, or says something that cannot be carried over to ml.yaml.',
  ERR_ML_DVC_DRIFT: 'Imported ml.yaml files are no longer what dvc.yaml and the params files say.',
  ERR_ML_DOCUMENT_INVALID:
    'A document read from disk or from a store does not match its schema or its format version.',
  ERR_ML_FOREIGN_DAMAGED:
    'Data of another tool (DVC, Git LFS, Hugging Face) is not what its name says, or not what it was when it was first seen.',
  ERR_ML_DIGEST_INVALID: 'A text that should be a digest is not one.',
  ERR_ML_POINTER_INVALID:
    'A data pointer (*.ref.json, or of Git LFS) is damaged, or names something outside its folder.',
  ERR_ML_DATA_DRIFT: 'A data file in the workspace differs from the committed pointer beside it.',
  ERR_ML_DATA_IGNORED: 'A dataset lists a file that git ignores, so that its changes would go unseen.',
  ERR_ML_DATA_MISSING: 'A dataset has neither the bytes that its pointer names nor a way to bring them.',
  ERR_ML_OBJECT_MISSING: 'The store does not hold an object that a manifest or pointer names.',
  ERR_ML_OBJECT_CORRUPT:
    'The bytes of a stored object do not match its digest. The object was moved to quarantine.',
  ERR_ML_STORE_UNAVAILABLE:
    'The store cannot be read or written: disk full, no permission, or a path that is not a folder.',
  ERR_ML_FILE_INACCESSIBLE:
    'A file outside the store cannot be read or written: missing, no permission, disk full.',
  ERR_ML_JOURNAL_BROKEN: 'A journal has a gap, or an entry whose hash chain does not verify.',
  ERR_ML_PATH_UNSAFE:
    'A path is absolute, leaves its folder, is a symbolic link out, or clashes with another by case.',
  ERR_ML_SOURCE_CHANGED: 'A file changed while it was being read, so its digest would be a lie.',
  ERR_ML_INPUT_CHANGED:
    'An input of a step changed while the step ran, so its result belongs to no known input.',
  ERR_ML_CODE_OUTSIDE_PROJECTS:
    'A step imports a file, or holds a link to one, that belongs to no Nx project, so that Nx cannot see its changes.',
  ERR_ML_CODE_UNREADABLE: 'A source file that a step imports cannot be read.',
  ERR_ML_INTERPRETER_MISSING: 'The program that a step needs (node, python, ...) cannot be started.',
  ERR_ML_COMMAND_FAILED: 'A step’s command ended with a non-zero exit code.',
  ERR_ML_COMMAND_KILLED:
    'A step’s command was ended by a signal, for example by the system when memory ran out.',
  ERR_ML_COMMAND_TIMEOUT: 'A step’s command ran longer than its time-out allows.',
  ERR_ML_CANCELLED: 'A run or a transfer was cancelled before its end.',
  ERR_ML_OUTPUT_MISSING: 'A step’s command ended without writing an output that the step owes.',
  ERR_ML_METRICS_MISSING: 'A step’s command ended without writing metrics.json.',
  ERR_ML_METRICS_INVALID: 'metrics.json is not a JSON object of numbers, or is cut short.',
  ERR_ML_METRICS_NOT_FINITE: 'A metric is NaN or infinite.',
  ERR_ML_PREDICTIONS_INVALID:
    'Predictions cannot be read or judged: a line that is no JSON object, an id that stands twice, a value that is missing or is no number.',
  ERR_ML_RESOURCES_UNAVAILABLE: 'A step asks for more GPUs or memory than the machine has.',
  ERR_ML_GRAPH_CYCLE: 'Tasks depend on one another in a circle, so that none of them can go first.',
  ERR_ML_SLOTS_UNUSABLE:
    'The folder through which processes share GPUs and memory belongs to someone else, or cannot be used.',
  ERR_ML_TEMPLATE_UNKNOWN: 'A command holds a placeholder such as {params.alpha} that names nothing.',
  ERR_ML_PROJECT_EXISTS: 'A generator would change files of a project that exists already.',
  ERR_ML_FILE_EDITED: 'A generator would replace a file that somebody edited, or that it did not write.',
  ERR_ML_DOWNLOAD_FAILED:
    'A download was refused, cannot be reached, is too large, or redirects where it should not.',
  ERR_ML_SCOPE_INVALID: 'A text that should name a scope of the cache server does not.',
  ERR_ML_CACHE_ENTRY_UNTRUSTED:
    'An entry of the remote cache is unsigned, signed by a stranger, for another task, or of a scope that is not trusted.',
  ERR_ML_CACHE_ENTRY_MALFORMED:
    'The archive of an entry of the remote cache holds what Nx does not make: a path or link out of the workspace, a device, too much, no exit code.',
  ERR_ML_CACHE_KEY: 'The public key of a cache server is malformed.',
  ERR_ML_SERVER_STATE:
    'The state folder of a server, or a file in it, is open to others, belongs to someone else, or is damaged.',
  ERR_ML_SERVER_CONFIG: 'A configuration file of a server is malformed, or asks for what is not safe.',
  ERR_ML_BUNDLE_LAYOUT:
    'A bundle is malformed: no OCI layout of ours, a document in another form, too many or too large files, or files that it does not name.',
  ERR_ML_BUNDLE_DAMAGED: 'Bytes of a bundle are missing, or are not those that its manifest names.',
  ERR_ML_BUNDLE_PATH:
    'A path in a bundle leaves its folder, clashes with another, or leads to what is no regular file.',
  ERR_ML_BUNDLE_SUBJECT:
    'A bundle, or what is attested of it, is about another model than the one that is meant.',
  ERR_ML_BUNDLE_UNSIGNED:
    'A bundle has no signature where keys are configured of which one must have signed it.',
  ERR_ML_BUNDLE_SIGNATURE: 'A bundle is signed by no key that is trusted, or its signature is wrong.',
  ERR_ML_BUNDLE_SIGNING_KEY: 'A key that bundles are signed or verified with cannot be used.',
  ERR_ML_BUNDLE_SERVING:
    'How a bundle is served does not fit together: its signature, its example, and the files that it names.',
  ERR_ML_MODEL_LOAD:
    'A model that should be served cannot be loaded: its file, its command or its example is wrong, or it is not ready in time.',
  ERR_ML_SERVER_ABSENT: 'What serves models, @nx-ml/server, is not installed in the workspace.',
  ERR_ML_MODEL_RUNTIME: 'What runs a model is not installed beside the gateway.',
  ERR_ML_GATEWAY_ROUTE:
    'A gateway was told to serve a release that is not loaded, or to go back where nothing was served before.',
  ERR_ML_REMOTE_ADDRESS:
    'The address of a remote store is malformed, of an unknown kind, or holds credentials.',
  ERR_ML_REMOTE_UNAVAILABLE: 'A remote store cannot be reached, or went on failing after several tries.',
  ERR_ML_REMOTE_REFUSED:
    'A remote store refuses: credentials, permission, or there is no such bucket or folder.',
  ERR_ML_ROOTS_UNREADABLE:
    'Garbage collection cannot read everything that may need stored objects, so it deletes nothing.',
  ERR_ML_CLOCK_BEHIND: 'The clock of this machine is behind what the store holds, so ages cannot be told.',
  ERR_ML_THREAD_LOST:
    'A thread that reads and hashes a file ended before its work was done, for example for want of memory.',
  ERR_ML_SETUP_FAILED:
    'A workspace could not be set up: a package could not be installed, or Nx not be started.',
  ERR_ML_STATISTICS_INVALID:
    'A statistical method was given what it is not defined for: not a number, infinite, a negative count, unequal lengths, a probability outside its range.',
  ERR_ML_FORGE_REFUSED:
    'GitHub or GitLab refuse a report: the token may not write comments, or there is no such pull or merge request.',
  ERR_ML_FORGE_UNAVAILABLE: 'GitHub or GitLab cannot be reached, or went on failing after several tries.',
  ERR_ML_GATE_HELD: 'A model was to be accepted that did not pass its gate, or was not judged as it is now.',
  ERR_ML_REGISTRY_ABSENT: 'A model’s registry has no such version, alias or earlier champion.',
  ERR_ML_REGISTRY_RACE: 'Somebody else wrote into a model’s registry while this was about to be written.',
  ERR_ML_CATALOGUE_TAKEN:
    'Another registry, such as MLflow’s, holds something under that name that nx-ml did not publish, or published otherwise.',
  ERR_ML_CATALOGUE_REFUSED:
    'Another registry, such as MLflow’s, refuses to list a version: the token, the name, or no such API at that address.',
  ERR_ML_CATALOGUE_UNAVAILABLE: 'Another registry, such as MLflow’s, cannot be reached, or went on failing.',
  ERR_ML_GATE_RACE: 'Another model was accepted, or a test set retired, while this was about to be.',
  ERR_ML_DEPLOY_TARGET:
    'What serves a service cannot be reached, refuses, or answers what it should not; or a release is asked for that it does not have.',
  ERR_ML_DEPLOY_HELD: 'Another deployment of this service to this environment is under way.',
  ERR_ML_DEPLOY_REFUSED:
    'A release may not be deployed: a model without a version in the registry, not accepted by whom it must be, unverified, or rolled back here before.',
  ERR_ML_TUNE_OBJECTIVE:
    'What a study optimises is not there: no such metric, no predictions, or none but those of the test set.',
  ERR_ML_TUNE_FAILED: 'More trials of a study failed than it may have.',
  ERR_ML_TUNE_SPACE:
    'A space of parameters that should be searched is malformed: no values, bounds the wrong way round, a condition that never holds.',
  ERR_ML_USAGE: 'A command line has an unknown option or a missing argument.',
} as const;

export type ErrorCode = keyof typeof errorCodes;
