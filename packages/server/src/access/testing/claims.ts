/** What the ID token of a job of GitHub Actions holds, as its documentation and tokens have it. Texts even where they are numbers. */
export const githubClaims = {
  sub: 'repo:octo@12/models@456789:ref:refs/heads/main',
  aud: 'https://cache.example.org',
  ref: 'refs/heads/main',
  sha: 'a'.repeat(40),
  repository: 'octo/models',
  repository_owner: 'octo',
  repository_owner_id: '12',
  repository_id: '456789',
  repository_visibility: 'private',
  run_id: '1001',
  run_number: '10',
  run_attempt: '1',
  actor: 'ada',
  actor_id: '7',
  workflow: 'CI',
  head_ref: '',
  base_ref: '',
  event_name: 'push',
  ref_protected: 'true',
  ref_type: 'branch',
  workflow_ref: 'octo/models/.github/workflows/ci.yml@refs/heads/main',
  job_workflow_ref: 'octo/models/.github/workflows/ci.yml@refs/heads/main',
  runner_environment: 'github-hosted',
};

/** The claims of a job that a pull request started. */
export const pullRequestClaims = {
  ...githubClaims,
  sub: 'repo:octo@12/models@456789:pull_request',
  event_name: 'pull_request',
  ref: 'refs/pull/7/merge',
  ref_protected: 'false',
  head_ref: 'better',
  base_ref: 'main',
};

/** What the ID token of a job of GitLab CI holds (18.4 and newer). */
export const gitlabClaims = {
  sub: 'project_path:group/models:ref_type:branch:ref:main',
  aud: 'https://cache.example.org',
  namespace_id: '72',
  namespace_path: 'group',
  project_id: '20',
  project_path: 'group/models',
  job_namespace_id: '72',
  job_namespace_path: 'group',
  job_project_id: '20',
  job_project_path: 'group/models',
  user_id: '1',
  user_login: 'ada',
  user_access_level: 'developer',
  pipeline_id: '574',
  pipeline_source: 'push',
  job_id: '302',
  ref: 'main',
  ref_type: 'branch',
  ref_path: 'refs/heads/main',
  ref_protected: 'true',
  runner_id: 1,
  runner_environment: 'self-hosted',
  sha: 'a'.repeat(40),
  project_visibility: 'public',
};

/** The claims of a job in a pipeline of a merge request from a fork, which runs in the project itself. */
export const forkClaims = {
  ...gitlabClaims,
  sub: 'project_path:mallory/models:ref_type:branch:ref:main',
  namespace_id: '666',
  namespace_path: 'mallory',
  project_id: '6666',
  project_path: 'mallory/models',
  pipeline_source: 'merge_request_event',
  ref_protected: 'false',
};
