export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Sets AWS's variables, so that nothing of the machine's own is in force. */
export function useKeys({ accessKeyId, secretAccessKey }: Keys): void {
  for (const name of Object.keys(process.env))
    if (name.startsWith('AWS_')) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
}
