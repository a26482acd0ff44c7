// What the lease job uses of kubectl, against the API server that CLUSTER names.
const words = process.argv.slice(2);
const after = (name) => words[words.indexOf(name) + 1];
const what = words.find((word) => word.includes('/') && !word.startsWith('-'));
const [kind, name] = what.split('/');
const roots = {
  configmap: '/api/v1/namespaces/ml/configmaps',
  service: '/api/v1/namespaces/ml/services',
  'inferenceservice.serving.kserve.io': '/apis/serving.kserve.io/v1beta1/namespaces/ml/inferenceservices',
};
const isPatch = words.includes('patch');
const response = await fetch(`${process.env.CLUSTER}${roots[kind]}/${name}?fieldManager=nx-ml`, {
  method: isPatch ? 'PATCH' : 'GET',
  headers: { authorization: 'Bearer a token', 'content-type': 'application/merge-patch+json' },
  ...(isPatch ? { body: after('-p') } : {}),
});
if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
const path = after('-o')
  .replace(/^jsonpath=\{\.|\}$/g, '')
  .split('.');
const found = path.reduce((value, key) => value?.[key], await response.json());
process.stdout.write(String(found ?? ''));
