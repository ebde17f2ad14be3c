import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const legalText = /^(licen[cs]e|notice|third-?party-?notices)(\.(md|txt))?$/i;

/**
 * Two Vite plugins: collect notes every package that has a module in a bundle
 * (the page's or a worker's), write puts their names, versions, licences and
 * legal texts into one text file beside the page.
 */
export function thirdParty(fileName) {
  const folders = new Set();
  return {
    collect: {
      name: 'third-party:collect',
      generateBundle(_, bundle) {
        for (const { moduleIds = [] } of Object.values(bundle)) {
          for (const id of moduleIds) {
            const folder = packageFolder(id);
            if (folder) folders.add(folder);
          }
        }
      },
    },
    write: {
      name: 'third-party:write',
      generateBundle() { // of the page, which is bundled after its workers
        const notices = [...new Set([...folders].map(notice))].sort();
        this.emitFile({ type: 'asset', fileName, source: notices.join('\n') });
      },
    },
  };
}

// The innermost package is the one: node_modules/a/node_modules/b/index.js is b's.
function packageFolder(id) {
  return id.match(/^.*\/node_modules\/(@[^/]+\/)?[^/]+/)?.[0].replace(/^\0/, '');
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!license) throw new Error(`${name} ${version} states no licence: find out which it is, or do without the package`);
  const texts = readdirSync(folder)
    .filter((file) => legalText.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
  if (texts.length === 0) texts.push(`(The package names its licence, ${license}, and brings no text.)`);
  return `${'='.repeat(78)}\n${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}
