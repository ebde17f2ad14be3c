import * as token from './token.js';

const [form, field, input, select, state] = ['who', 'account-field', 'token', 'account', 'token-state'].map((id) =>
  document.getElementById(id),
);

/**
 * Brings the form above the editor to life. Accounts are those of a demo
 * ({ name, token }): the page then starts as the first of them.
 */
export function showTokenBox(accounts) {
  field.hidden = accounts.length === 0;
  select.append(new Option('eigen sleutel / own token', ''));
  select.append(...accounts.map(({ name, token }) => new Option(name, token)));

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    token.use(input.value);
  });
  input.addEventListener('change', () => token.use(input.value));
  select.addEventListener('change', () => token.use(select.value));
  document.getElementById('forget').addEventListener('click', token.forget);

  token.subscribe(show);
  if (token.chosen() || accounts.length === 0) show();
  else token.use(accounts[0].token);

  function show() {
    const value = token.current();
    input.value = value;
    select.value = accounts.some((account) => account.token === value) ? value : '';
    state.replaceChildren(value ? 'Sleutel in gebruik ' : 'Geen sleutel ', english(value ? '/ Token in use' : '/ No token'));
  }
}

function english(text) {
  const span = document.createElement('span');
  span.lang = 'en';
  span.textContent = text;
  return span;
}
