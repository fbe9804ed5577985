const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');

const report = require('./drift-report.js');

const bot = { login: 'github-actions[bot]' };
const issue = (number, stack, user = bot) => ({ number, user, title: `Drift: stack ${stack} differs from AWS` });

// calls runs the script on those checks ({prefix: [stack, drift, preview]}) and open issues, and returns what it wrote.
async function calls(checks, open = []) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'drift-'));
  for (const [prefix, [stack, drift, preview]] of Object.entries(checks)) {
    fs.writeFileSync(path.join(directory, `${prefix}.txt`), preview);
    if (drift !== undefined) {
      fs.writeFileSync(path.join(directory, `${prefix}.stack`), `${stack}\n`);
      fs.writeFileSync(path.join(directory, `${prefix}.drift`), `${drift}\n`);
    }
  }
  const written = [];
  const note = (what) => async ({ owner, repo, ...args }) => written.push({ what, ...args });
  const github = {
    paginate: async (list) => list(),
    rest: {
      issues: {
        listForRepo: async () => open,
        create: note('create'),
        createComment: note('comment'),
        update: note('update'),
      },
    },
  };
  const context = { repo: { owner: 'o', repo: 'r' }, serverUrl: 'https://github.test', runId: 3 };
  await report({ github, context, directory });
  fs.rmSync(directory, { recursive: true });
  return written;
}

test('opens an issue for each stack that drifted', async () => {
  const written = await calls({ a: ['org/provider', true, '~ port'], b: ['org/acme', true, '- rule'], c: ['org/blue', false, ''] });
  assert.deepStrictEqual(written.map(({ what, title }) => [what, title]), [
    ['create', 'Drift: stack org/provider differs from AWS'],
    ['create', 'Drift: stack org/acme differs from AWS'],
  ]);
  assert.match(written[0].body, /https:\/\/github\.test\/o\/r\/actions\/runs\/3/);
  assert.match(written[0].body, /\n`````diff\n~ port\n`````$/);
});

test('follows an open one', async () => {
  const [updated, ...more] = await calls({ a: ['acme', true, '~ port'] }, [issue(1, 'acme', { login: 'someone' }), issue(2, 'acme')]);
  assert.deepStrictEqual([updated.what, updated.issue_number, more.length], ['update', 2, 0]);
});

test('closes it when there is no drift any more', async () => {
  const written = await calls({ a: ['acme', false, ''] }, [issue(2, 'acme'), issue(3, 'blue')]);
  assert.deepStrictEqual(written.map(({ what, issue_number }) => [what, issue_number]), [['comment', 2], ['update', 2]]);
  assert.strictEqual(written[1].state, 'closed');
});

test('says nothing of a stack whose check failed', async () => {
  assert.deepStrictEqual(await calls({ a: ['acme', undefined, 'error'] }, [issue(2, 'acme')]), []);
});

test('keeps the end of a long preview, within its fence', async () => {
  const [made] = await calls({ a: ['acme', true, `${'`````\n'.repeat(20000)}Resources: 1 to update`] });
  assert.ok(made.body.length < 65536);
  assert.match(made.body, /Resources: 1 to update\n`````$/);
  assert.strictEqual(made.body.match(/`````/g).length, 2);
});

test('says nothing where nothing was checked', async () => {
  const github = { paginate: async () => [], rest: { issues: {} } };
  await report({ github, context: { repo: {} }, directory: '/nowhere' });
});
