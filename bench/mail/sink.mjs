// A mail server that takes everything and keeps nothing: `node sink.mjs <port> <mails>`. When so many have come it writes
// how long that took from the first to the last, and whether more come within a moment.
import { createServer } from "node:net";

const [port, expected] = process.argv.slice(2).map(Number);
const MOMENT = 300;
const END = "\r\n.\r\n";
const OK = "250 OK\r\n";
const received = { mails: 0, bytes: 0, first: 0, last: 0 };

function take(mail) {
  received.last = performance.now();
  received.first ||= received.last;
  received.mails += 1;
  received.bytes += mail.length;
  if (received.mails === expected) setTimeout(tell, MOMENT);
}

function tell() {
  const { mails, bytes, first, last } = received;
  console.log(JSON.stringify({ mails, bytes, seconds: (last - first) / 1000 }));
}

createServer((socket) => {
  let unread = "";
  let inMail = false;
  socket.setNoDelay(true);
  socket.setEncoding("latin1");
  socket.on("error", () => {});
  socket.on("data", (data) => {
    unread += data;
    for (;;) {
      const end = unread.indexOf(inMail ? END : "\r\n");
      if (end < 0) return;
      const part = unread.slice(0, end);
      unread = unread.slice(end + (inMail ? END.length : 2));
      if (inMail) {
        inMail = false;
        take(part);
        socket.write(OK);
      } else {
        inMail = answer(socket, part);
      }
    }
  });
  socket.write("220 sink ESMTP\r\n");
}).listen(port, "127.0.0.1", 512, () => console.log("listening"));

/** Answers a command; says whether a mail follows. */
function answer(socket, command) {
  const verb = command.slice(0, 4).toUpperCase();
  if (verb === "QUIT") socket.end("221 Bye\r\n");
  else socket.write(verb === "EHLO" ? "250-sink\r\n250 8BITMIME\r\n" : verb === "DATA" ? "354 Go on\r\n" : OK);
  return verb === "DATA";
}
