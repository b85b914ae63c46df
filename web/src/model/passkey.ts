// Passkeys between the gateway's JSON and the browser: bytes are base64url there, buffers here.

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
}

export function textOf(buffer: ArrayBuffer): string {
  let binary = '';
  for (const byte of new Uint8Array(buffer)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

// Of POST /auth/passkeys/begin.
export interface CreationOptions {
  challenge: string;
  rp: PublicKeyCredentialRpEntity;
  user: { id: string; name: string; displayName: string };
  pubKeyCredParams: PublicKeyCredentialParameters[];
  excludeCredentials: { type: 'public-key'; id: string }[];
  authenticatorSelection: AuthenticatorSelectionCriteria;
  attestation: AttestationConveyancePreference;
  timeout: number;
}

export function creationOf(options: CreationOptions): PublicKeyCredentialCreationOptions {
  return {
    ...options,
    challenge: bytesOf(options.challenge),
    user: { ...options.user, id: bytesOf(options.user.id) },
    excludeCredentials: options.excludeCredentials.map((one) => ({ ...one, id: bytesOf(one.id) })),
  };
}

// For POST /auth/passkeys; undefined: the person changed their mind. Errors: the browser's.
export async function createPasskey(options: CreationOptions) {
  const made = (await navigator.credentials.create({ publicKey: creationOf(options) })) as PublicKeyCredential | null;
  if (!made) return undefined;
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    clientDataJSON: textOf(response.clientDataJSON),
    attestationObject: textOf(response.attestationObject),
  };
}

// Passkeys are bound to `host`: a page of that host, or of one below it, may make them.
export function canMakePasskeys(host: string): boolean {
  const here = location.hostname;
  return Boolean(host) && 'PublicKeyCredential' in window && (here === host || here.endsWith(`.${host}`));
}
