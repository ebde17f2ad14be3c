// The bearer token, kept in this tab's sessionStorage and nowhere else.

const key = 'expex-token';
const listeners = new Set();

export const current = () => sessionStorage.getItem(key) ?? '';

/** Whether a token, or none, was ever chosen in this tab. */
export const chosen = () => sessionStorage.getItem(key) !== null;

export function use(value) {
  sessionStorage.setItem(key, value.trim());
  listeners.forEach((listener) => listener());
}

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Drops the token and everything the editor kept, and starts the page anew. */
export function forget() {
  // On leaving, as the editor may still save what was typed a moment ago.
  addEventListener('pagehide', () => {
    sessionStorage.clear();
    sessionStorage.setItem(key, '');
  });
  location.reload();
}
