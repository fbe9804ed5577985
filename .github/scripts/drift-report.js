// Keeps one open issue for each stack that differs from AWS, by the files that drift.sh wrote. A stack without files was
// not checked, or its check failed: nothing is said of it.

const fs = require('node:fs');
const path = require('node:path');

// GitHub refuses issues above 65536 characters. Pulumi's summary is at the end.
const limit = 60000;

// found are the checked stacks.
function found(directory) {
  if (!fs.existsSync(directory)) {
    return [];
  }
  const read = (prefix, ending) => fs.readFileSync(path.join(directory, prefix + ending), 'utf8');
  return fs
    .readdirSync(directory)
    .filter((name) => name.endsWith('.drift'))
    .map((name) => path.basename(name, '.drift'))
    .sort()
    .map((prefix) => ({
      stack: read(prefix, '.stack').trim(),
      drift: read(prefix, '.drift').trim() === 'true',
      preview: read(prefix, '.txt'),
    }));
}

function bodyOf(preview, run) {
  return [
    `What \`pulumi up\` would change, by [this run](${run}). Deploy main to undo the drift, or change`,
    'the program to keep it. This issue follows the daily check and closes itself.',
    '',
    '`````diff',
    preview.slice(-limit).replaceAll('`````', "'''''"),
    '`````',
  ].join('\n');
}

module.exports = async ({ github, context, directory }) => {
  const { repo, serverUrl, runId } = context;
  const run = `${serverUrl}/${repo.owner}/${repo.repo}/actions/runs/${runId}`;
  const open = await github.paginate(github.rest.issues.listForRepo, { ...repo, state: 'open' });

  for (const { stack, drift, preview } of found(directory)) {
    const title = `Drift: stack ${stack} differs from AWS`;
    const issue = open.find((i) => i.title === title && i.user?.login === 'github-actions[bot]');
    if (drift && issue) {
      await github.rest.issues.update({ ...repo, issue_number: issue.number, body: bodyOf(preview, run) });
    } else if (drift) {
      await github.rest.issues.create({ ...repo, title, body: bodyOf(preview, run) });
    } else if (issue) {
      const body = `No drift any more, by [this run](${run}).`;
      await github.rest.issues.createComment({ ...repo, issue_number: issue.number, body });
      await github.rest.issues.update({
        ...repo, issue_number: issue.number, state: 'closed', state_reason: 'completed',
      });
    }
  }
};
