// The passkey button of the pages of signing in. Without script, or in a browser without passkeys,
// it stays hidden and the form beside it is the way.
const place = document.getElementById('passkey');
const button = place.querySelector('button');
const said = place.querySelector('p');

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

async function ask(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.status === 429) throw new Error(place.dataset.later);
  if (answer.status >= 500) throw new Error(place.dataset.away);
  if (!answer.ok) throw new Error(place.dataset.refused);
  return answer.json();
}

async function signIn() {
  const { begin, finish, token, returnTo } = place.dataset;
  const options = await ask(begin, token ? { mfa_token: token } : {});
  options.challenge = bytes(options.challenge);
  for (const one of options.allowCredentials) one.id = bytes(one.id);
  let made;
  try {
    made = await navigator.credentials.get({ publicKey: options });
  } catch (error) {
    // This page's address is none that passkeys are bound to.
    if (error.name === 'SecurityError') throw new Error(place.dataset.refused);
    return; // the person changed their mind, or the authenticator has none
  }
  const { clientDataJSON, authenticatorData, signature, userHandle } = made.response;
  await ask(finish, {
    ...(token ? { mfa_token: token } : {}),
    id: made.id,
    clientDataJSON: text(clientDataJSON),
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle ? text(userHandle) : '',
  });
  location.assign(returnTo || '/');
}

if (window.PublicKeyCredential && navigator.credentials) {
  place.hidden = false;
  button.addEventListener('click', async () => {
    button.disabled = true;
    said.hidden = true;
    try {
      await signIn();
    } catch (error) {
      said.textContent = error.message || place.dataset.away;
      said.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}
