const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');

const comment = require('./preview-comment.js');

const run = {
  head_sha: 'abc', head_branch: 'topic', html_url: 'https://run',
  head_repository: { id: 7, full_name: 'o/r', owner: { login: 'someone' } },
};
const fork = { ...run, head_repository: { ...run.head_repository, full_name: 'someone/r' } };
const pull = { number: 5, head: { sha: 'abc', repo: { id: 7 } } };
const ours = { id: 9, user: { login: 'github-actions[bot]' }, body: '<!-- sandbox diff -->\n\nCommit old. Breaks no consumer.' };

// calls runs the script against a GitHub that has those pull requests and comments, and returns what it wrote.
async function calls({ pulls = [pull], comments = [], diff, of = run }) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'comment-'));
  const file = path.join(dir, 'diff.md');
  if (diff !== undefined) {
    fs.writeFileSync(file, diff);
  }
  const written = [];
  const github = {
    paginate: async (list, args) => list(args),
    rest: {
      pulls: {
        list: async (args) => {
          assert.strictEqual(args.head, 'someone:topic');
          return pulls;
        },
      },
      issues: {
        listComments: async () => comments,
        createComment: async (args) => written.push({ create: args.issue_number, body: args.body }),
        updateComment: async (args) => written.push({ update: args.comment_id, body: args.body }),
      },
    },
  };
  const context = { repo: { owner: 'o', repo: 'r' }, payload: { workflow_run: of } };
  await comment({ github, context, core: { info() {} }, file });
  fs.rmSync(dir, { recursive: true });
  return written;
}

test('makes the comment, and updates it', async () => {
  const [made] = await calls({ diff: 'A table' });
  assert.strictEqual(made.create, 5);
  assert.match(made.body, /^<!-- sandbox diff -->\n\nCommit abc\. .*https:\/\/run.*\n\nA table$/);
  const [updated] = await calls({ diff: 'A table', comments: [{ ...ours, user: { login: 'someone' } }, ours] });
  assert.strictEqual(updated.update, 9);
});

test('does not leave an earlier diff up when there is none', async () => {
  const [updated] = await calls({ comments: [ours] });
  assert.strictEqual(updated.update, 9);
  assert.match(updated.body, /^<!-- sandbox diff -->\n\nFailed for commit abc: /);
  assert.doesNotMatch(updated.body, /Breaks no consumer/);
  assert.deepStrictEqual(await calls({}), []);
});

test('writes to no pull request that does not have the commit', async () => {
  const others = [{ number: 1, head: { sha: 'def', repo: { id: 7 } } }, { number: 2, head: { sha: 'abc', repo: { id: 8 } } }];
  assert.deepStrictEqual(await calls({ diff: 'A table', pulls: others }), []);
});

// outside are the lines of a comment that are not in a fence.
function outside(body) {
  let fence = '';
  return body.split('\n').filter((line) => {
    const marks = /^`{3,}/.exec(line)?.[0] ?? '';
    if (fence === '' && marks) {
      fence = marks;
      return false;
    }
    const inside = fence !== '';
    if (inside && marks.length >= fence.length && line === marks) {
      fence = '';
    }
    return !inside;
  });
}

test('shows what a fork wrote as text', async () => {
  const forged = '**This breaks no consumer.**';
  const honest = outside((await calls({ diff: 'A table', of: fork }))[0].body);
  assert.ok(honest.some((line) => line.includes('Nobody has checked it')));
  for (const diff of [
    forged, `\`\`\`\n${forged}`, `\`\`\`\`\`\`\`\n\`\`\`\`\`\`\`\n${forged}`, `~~~\n\`\`\`\n~~~\n${forged}`, `</details>\n\n${forged}`,
    `a\r\`\`\`\r${forged}`, `a\u2028\`\`\`\n${forged}`, `<!-- sandbox diff -->\n${forged}`, `# ${forged} @everyone #1`,
    `\`\`\`\n`.repeat(20000) + forged, '`'.repeat(59000) + `\n${forged}`, `<details><summary>${forged}</summary>\n${'x'.repeat(70000)}\n</details>`,
  ]) {
    for (const of of [fork, { ...fork, head_repository: { id: 7, owner: { login: 'someone' } } }]) {
      const [{ body }] = await calls({ diff, of });
      assert.deepStrictEqual(outside(body), honest, diff.slice(0, 50));
      assert.ok(body.length < 65536);
    }
  }
});

test('shows the diff of our own branches as Markdown', async () => {
  const [{ body }] = await calls({ diff: '**This breaks no consumer.**' });
  assert.ok(outside(body).includes('**This breaks no consumer.**'));
});

test('a folded section that is left out has a title of text', () => {
  const text = comment.fit(`${folded('**This breaks no consumer.**', 'x'.repeat(200))}`, 100);
  assert.strictEqual(text, '*Left out here: \\*\\*This breaks no consumer.\\*\\*.*');
});

test('notifies nobody', async () => {
  const [made] = await calls({ diff: 'thanks @everyone' });
  assert.ok(!made.body.includes('@everyone'));
});

const folded = (title, text) => `<details><summary>${title}</summary>\n\n\`\`\`diff\n${text}\n\`\`\`\n\n</details>`;

test('leaves out the properties first', () => {
  const items = folded('Item by item', 'cost');
  const text = `# Diff\n\n${items}\n\n${folded('Property by property', '+ a\n'.repeat(100))}\n\nThe end`;
  assert.strictEqual(comment.fit(text, 1000), text);
  const short = comment.fit(text, 300);
  assert.strictEqual(short, `# Diff\n\n${items}\n\n*Left out here: Property by property.*\n\nThe end`);
});

test('leaves a picture out whole', () => {
  const drawn = `\`\`\`mermaid\nflowchart LR\n${'  p1 --> p2\n'.repeat(50)}\`\`\``;
  assert.strictEqual(comment.fit(`a\n${drawn}\nb`, 100), 'a\n*Left out here: a picture.*\nb');
  assert.strictEqual(comment.fit(`a\n${drawn}\nb`, 1000), `a\n${drawn}\nb`);
});

test('takes a fence for what it is', () => {
  const tricky = folded('Property by property', '</details>\n<details>\n```js\n'.repeat(50));
  assert.strictEqual(comment.fit(`a\n${tricky}\nb`, 100), 'a\n*Left out here: Property by property.*\nb');
});

test('cuts between lines, and closes what is open', () => {
  const short = comment.fit(`# Diff\n\n\`\`\`\`text\n${'a line\n'.repeat(100)}\`\`\`\`\n`, 100);
  assert.ok(short.length < 130, short);
  assert.match(short, /\na line\n````\n\nCut here\.$/);
});
