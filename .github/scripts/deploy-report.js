// Writes one table of a deployment into the job's summary: each stack, what became of it, and how long its job took. What
// each job says itself is in its own summary, to which the table links.

const { escape } = require('./markdown.js');

// order is that of the table: what needs somebody comes first.
const order = ['failure', 'timed_out', 'cancelled', 'skipped', 'success'];
const words = { success: 'deployed', failure: '**failed**', timed_out: '**timed out**', cancelled: 'cancelled', skipped: 'not deployed' };

const kinds = [
  [/^provider$/, () => 'provider'],
  [/^consumer (.+)$/, ([, stack]) => stack],
  [/^accept$/, () => 'provider, which accepts the consumers'],
];

// stackOf says what a job deploys, and nothing of the other jobs.
function stackOf(name) {
  for (const [pattern, say] of kinds) {
    const match = name.match(pattern);
    if (match) {
      return say(match);
    }
  }
}

function took(job) {
  const seconds = Math.round((Date.parse(job.completed_at) - Date.parse(job.started_at)) / 1000);
  if (!(seconds >= 0) || job.conclusion === 'skipped') {
    return '';
  }
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function table(jobs) {
  const rank = (job) => (order.includes(job.conclusion) ? order.indexOf(job.conclusion) : -1);
  const rows = jobs.filter((job) => stackOf(job.name)).sort((a, b) => rank(a) - rank(b));
  const deployed = rows.filter((job) => job.conclusion === 'success').length;
  return [
    `## ${deployed} of ${rows.length} deployed`,
    '',
    '| Stack | Result | Took | Job |',
    '| --- | --- | --- | --- |',
    ...rows.map((job) => {
      const said = words[job.conclusion] ?? escape(String(job.conclusion));
      return `| ${escape(stackOf(job.name))} | ${said} | ${took(job)} | [log](${job.html_url}) |`;
    }),
    '',
  ].join('\n');
}

module.exports = async ({ github, context, core }) => {
  const { repo, runId } = context;
  // Of a run that is repeated these are the latest, also of what was not repeated.
  const jobs = await github.paginate(github.rest.actions.listJobsForWorkflowRun, { ...repo, run_id: runId, filter: 'latest', per_page: 100 });
  await core.summary.addRaw(table(jobs)).write();
};
