const assert = require('node:assert');
const test = require('node:test');

const report = require('./deploy-report.js');

const job = (name, conclusion, seconds = 5) => ({
  name, conclusion, html_url: `https://github.test/job/${name.length}`,
  started_at: '2026-01-01T10:00:00Z', completed_at: seconds === null ? null : new Date(Date.parse('2026-01-01T10:00:00Z') + seconds * 1000).toISOString(),
});

// written is what the script writes into the summary for a run with these jobs.
async function written(jobs) {
  let text = '';
  const summary = { addRaw: (more) => { text += more; return summary; }, write: async () => {} };
  const asked = [];
  const github = {
    paginate: async (list, options) => { asked.push(options); return list(); },
    rest: { actions: { listJobsForWorkflowRun: () => jobs } },
  };
  await report({ github, context: { repo: { owner: 'o', repo: 'r' }, runId: 3 }, core: { summary } });
  assert.deepStrictEqual(asked, [{ owner: 'o', repo: 'r', run_id: 3, filter: 'latest', per_page: 100 }]);
  return text;
}

test('has one row for each stack, what failed first', async () => {
  const text = await written([
    job('test / test', 'success'), job('provider', 'success', 185), job('consumer org/acme', 'success', 59),
    job('consumer org/globex', 'failure', 60), job('consumer org/initech', 'cancelled'), job('accept', 'success'), job('report', null, null),
  ]);
  assert.strictEqual(text, [
    '## 3 of 5 deployed',
    '',
    '| Stack | Result | Took | Job |',
    '| --- | --- | --- | --- |',
    '| org/globex | **failed** | 1 min 0 s | [log](https://github.test/job/19) |',
    '| org/initech | cancelled | 5 s | [log](https://github.test/job/20) |',
    '| provider | deployed | 3 min 5 s | [log](https://github.test/job/8) |',
    '| org/acme | deployed | 59 s | [log](https://github.test/job/17) |',
    '| provider, which accepts the consumers | deployed | 5 s | [log](https://github.test/job/6) |',
    '',
  ].join('\n'));
});

test('says of a job that did not run that nothing was deployed', async () => {
  const text = await written([job('provider', 'failure'), job('accept', 'skipped')]);
  assert.match(text, /^## 0 of 2 deployed\n/);
  assert.match(text, /\| not deployed \|  \| \[log\]/);
});

test('puts a result that it does not know first, and does not call it deployed', async () => {
  const text = await written([job('provider', 'success'), job('accept', 'startup_failure')]);
  assert.match(text, /^## 1 of 2 deployed\n/);
  assert.match(text.split('\n')[4], /startup\\_failure/);
});

test('lets no name out of its cell', async () => {
  const text = await written([job('consumer [a|b](https://x.test) <b>', 'success')]);
  assert.match(text, /\n\| \\\[a\\\|b\]\(https:\u200b\/\/x\.test\) &lt;b&gt; \| deployed \|/);
});

test('has a fleet of as many as a matrix may have', async () => {
  const jobs = Array.from({ length: 256 }, (_, i) => job(`consumer org/c${i}`, i % 2 ? 'success' : 'failure'));
  const text = await written(jobs);
  assert.match(text, /^## 128 of 256 deployed\n/);
  assert.strictEqual(text.split('\n').length, 4 + 256 + 1);
});
