// A Prettier plugin for JSON with comments that leaves the work to the JSON
// parser of the editor, see vite.config.js.
import { applyEdits, format } from 'jsonc-parser';

export const parsers = {
  jsonc: {
    astFormat: 'jsonc-text',
    parse: (text) => ({ text }),
    locStart: () => 0,
    locEnd: ({ text }) => text.length,
  },
};

export const printers = {
  'jsonc-text': {
    print: ({ node: { text } }) => applyEdits(text, format(text, undefined, { tabSize: 2, insertSpaces: true })),
  },
};
