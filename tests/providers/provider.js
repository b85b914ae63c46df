// A certified OpenID Connect provider (npm oidc-provider) for the tests:
//   node provider.js PORT CALLBACK_ORIGIN [JSON]
// One confidential client "caredian" at CALLBACK_ORIGIN, three people (login = their name, any
// password). JSON: {"alg": "RS256", "backchannel": true, "accessSeconds": 3600, "claims": {…}}.
// Its own pages ask for name and consent as they come; the tests fill them in.
// POST /evil/MODE turns it bad: real answers, changed and signed again with its real key.
import * as http from 'node:http';
import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { SignJWT, decodeJwt, decodeProtectedHeader, importJWK } from 'jose';
import Provider from 'oidc-provider';

const [port, origin, json] = process.argv.slice(2);
const settings = { alg: 'RS256', backchannel: true, accessSeconds: 3600, ...JSON.parse(json ?? '{}') };
const issuer = `http://127.0.0.1:${port}`;

const people = {
  mina: { name: '이미나', email: 'mina@home.example', email_verified: true, groups: ['family', 'caredian-admins'] },
  jun: { name: 'Jun 🏠', email: 'jun@home.example', email_verified: false, groups: ['family'] },
  eve: { name: 'Eve', email: 'mina@home.example', email_verified: false, groups: [] },
};

function keys() {
  const kinds = {
    RS256: ['rsa', { modulusLength: 2048 }], PS256: ['rsa', { modulusLength: 2048 }],
    ES256: ['ec', { namedCurve: 'P-256' }], ES384: ['ec', { namedCurve: 'P-384' }], ES512: ['ec', { namedCurve: 'P-521' }],
  };
  const [kind, options] = kinds[settings.alg] ?? kinds.RS256;
  const jwk = generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' });
  return { keys: [{ ...jwk, kid: `${settings.alg}-${Date.now()}`, use: 'sig' }] };
}

const jwks = keys();
let evil = 'no';

const base64url = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const past = (seconds) => Math.floor(Date.now() / 1000) - seconds;
const changes = {
  iss: (c) => ({ ...c, iss: 'http://127.0.0.1:1' }),
  aud: (c) => ({ ...c, aud: 'another' }),
  azp: (c) => ({ ...c, aud: ['caredian', 'another'], azp: 'another' }),
  'two-aud': (c) => ({ ...c, aud: ['caredian', 'another'] }),
  nonce: (c) => ({ ...c, nonce: 'another' }),
  'no-nonce': ({ nonce, ...c }) => c,
  expired: (c) => ({ ...c, exp: past(120) }),
  'text-exp': (c) => ({ ...c, exp: String(c.exp) }),
  'no-exp': ({ exp, ...c }) => c,
  future: (c) => ({ ...c, nbf: past(-120) }),
  'no-sub': ({ sub, ...c }) => c,
  'at-hash': (c) => ({ ...c, at_hash: base64url('0123456789abcdef') }),
  skew: (c) => ({ ...c, exp: past(30), iat: past(-30) }), // within the 60 s: good
};

const forgeries = ['none', 'hs', 'signature', 'unknown-kid', 'other-key', 'crit'];

async function forge(token) {
  if (!(evil in changes) && !forgeries.includes(evil)) return token;
  const claims = decodeJwt(token);
  const header = decodeProtectedHeader(token);
  if (evil === 'none') return `${base64url({ alg: 'none' })}.${base64url(claims)}.`;
  if (evil === 'hs') { // the public key as the secret of an HMAC
    const input = `${base64url({ ...header, alg: 'HS256' })}.${base64url(claims)}`;
    const pem = createPublicKey({ key: jwks.keys[0], format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
  }
  if (evil === 'signature') return token.slice(0, -8) + (token.endsWith('AAAAAAAA') ? 'BBBBBBBB' : 'AAAAAAAA');
  let key = jwks.keys[0];
  let kid = header.kid;
  if (evil === 'unknown-kid' || evil === 'other-key') {
    key = keys().keys[0];
    if (evil === 'unknown-kid') kid = 'never-published';
  }
  const body = (changes[evil] ?? ((c) => c))(claims);
  return new SignJWT(body).setProtectedHeader({ ...header, kid, ...(evil === 'crit' && { crit: ['b64'], b64: true }) })
    .sign(await importJWK(key, header.alg), { crit: { b64: true } });
}

const wait = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

// Before the provider's own routes: what its answers become.
async function turn(ctx, next) {
  if (ctx.path.startsWith('/evil/')) {
    evil = ctx.path.slice(6);
    ctx.body = evil;
    return;
  }
  const [how, where] = evil.split('@'); // "html@token", "slow@discovery"
  const place = { '/token': 'token', '/me': 'userinfo', '/jwks': 'jwks' }[ctx.path] ?? (ctx.path.startsWith('/.well-known') ? 'discovery' : 'page');
  if (where === place) {
    if (how === '500') ctx.throw(500);
    if (how === 'slow') await wait(15000);
    if (how === 'html') { ctx.type = 'html'; ctx.body = '<html>Welcome</html>'; return; }
    if (how === 'endless') { ctx.type = 'json'; ctx.body = `{"a":"${'x'.repeat(1 << 20)}"}`; return; }
    if (how === 'redirect') { ctx.redirect('http://127.0.0.1:1/'); return; }
  }
  await next();
  if (place === 'token' && ctx.body?.id_token) ctx.body = { ...ctx.body, id_token: await forge(ctx.body.id_token) };
  if (place === 'userinfo' && evil === 'userinfo-sub') ctx.body = { ...ctx.body, sub: 'eve' };
  if (place === 'discovery' && evil === 'discovery-issuer') ctx.body = { ...ctx.body, issuer: 'http://127.0.0.1:1' };
  if (place === 'discovery' && evil === 'discovery-inside') ctx.body = { ...ctx.body, jwks_uri: `http://127.0.0.1:${origin.split(':')[2]}/healthz` };
  if (place === 'discovery' && evil === 'discovery-scheme') ctx.body = { ...ctx.body, token_endpoint: 'file:///etc/passwd' };
}

const client = {
  client_id: 'caredian',
  client_secret: 'the secret of the client, long enough for HS256',
  redirect_uris: [`${origin}/auth/callback`],
  post_logout_redirect_uris: [`${origin}/auth/login`],
  response_types: ['code'],
  grant_types: ['authorization_code', 'refresh_token'],
  id_token_signed_response_alg: settings.alg,
  token_endpoint_auth_method: settings.auth ?? 'client_secret_basic',
  ...(settings.backchannel && {
    backchannel_logout_uri: `${origin}/auth/backchannel-logout`,
    backchannel_logout_session_required: true,
  }),
};

const provider = new Provider(issuer, {
  clients: [client],
  jwks,
  cookies: { keys: ['a cookie key of the tests'] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username', 'groups'] },
  conformIdTokenClaims: settings.conform ?? false,
  features: {
    devInteractions: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    backchannelLogout: { enabled: true },
  },
  enabledJWA: { idTokenSigningAlgValues: ['HS256', 'RS256', 'PS256', 'ES256', 'ES384', 'ES512'] },
  // The gateway of the tests is on loopback, which the provider's own client keeps away from.
  fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
  pkce: { required: () => true },
  ttl: { AccessToken: settings.accessSeconds, IdToken: 3600, Session: 3600, Grant: 3600, Interaction: 600, RefreshToken: 86400 },
  issueRefreshToken: async () => settings.refresh ?? false,
  rotateRefreshToken: true,
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id, ...people[id], ...settings.claims }),
  }),
});
provider.use(turn);
provider.on('server_error', (_, error) => console.error('server_error', error));
provider.on('backchannel.error', (_, error) => console.error('backchannel.error', String(error), error.response?.status));
provider.on('backchannel.success', () => console.log('backchannel.success'));

http.createServer(provider.callback()).listen(Number(port), '127.0.0.1', () => console.log('ready', issuer));
process.on('SIGTERM', () => process.exit(0));
