/** Comments on pull and merge requests, by the REST APIs of GitHub and GitLab. Tokens go nowhere but into a header of these requests. */
export type { ApiClientOptions } from './api-client.js';
export { GithubComments } from './github-comments.js';
export { GitlabComments } from './gitlab-comments.js';
