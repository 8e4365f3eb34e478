// The yardstick: a job queue in Postgres that sends the same mails. `--install` makes its tables, `--batches` lets it take
// and settle jobs in batches, as the gateway does; else it is as it comes.
import { readFileSync } from "node:fs";
import { run, runMigrations } from "graphile-worker";
import { createTransport } from "nodemailer";

const { DATABASE_URL: connectionString, SMTP_PORT, CONCURRENCY, WORDS } = process.env;
const concurrency = Number(CONCURRENCY);
const BATCHES = { localQueue: { size: 100 }, completeJobBatchDelay: 50, failJobBatchDelay: 50 };

if (process.argv.includes("--install")) {
  await runMigrations({ connectionString });
} else {
  const transport = createTransport({
    host: "127.0.0.1", port: Number(SMTP_PORT), secure: false, ignoreTLS: true,
    pool: true, maxConnections: concurrency, maxMessages: Infinity,
  });
  const text = readFileSync(`${WORDS}.txt`, "utf8");
  const html = readFileSync(`${WORDS}.html`, "utf8");
  // Nothing is looked up and no template is filled: what the job needs is in it.
  const mail = (job) =>
    transport.sendMail({
      from: { name: job.company, address: "notifications@portal.example" },
      to: { name: job.name, address: job.to },
      subject: `Your appointment on ${job.window_start}`,
      messageId: `<${job.id}@portal.example>`,
      text: `${job.address}\n${text}`,
      html,
      attachments: [{ filename: "appointment.ics", content: calendar(job), contentType: "text/calendar; method=PUBLISH" }],
    });
  const options = process.argv.includes("--batches") ? { preset: { worker: BATCHES } } : {};
  await run({ connectionString, concurrency, maxPoolSize: concurrency, taskList: { mail }, ...options });
}

function calendar(job) {
  const rows = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//EN", "METHOD:PUBLISH", "BEGIN:VEVENT", `UID:${job.id}`];
  rows.push(`DTSTART:${job.window_start}`, "DESCRIPTION:Somebody will come and look at it.", `LOCATION:${job.address}`);
  return [...rows, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
}
