/** How the voice travels: packets each way and losses, from the peer connection's own counts. */

const LOSSY = 0.03;
const JITTERY_S = 0.05;

export async function read(connection) {
  const counts = { sent: 0, received: 0, lost: 0, jitter: 0 };
  (await connection.getStats()).forEach((report) => {
    if (report.kind !== "audio") return;
    if (report.type === "outbound-rtp") counts.sent = report.packetsSent;
    if (report.type === "inbound-rtp") {
      Object.assign(counts, { received: report.packetsReceived, lost: report.packetsLost, jitter: report.jitter });
    }
  });
  return { ...counts, verdict: judge(counts) };
}

/** "good", "poor", or "silent" while nothing has come. */
export function judge({ received, lost, jitter }) {
  if (!received) return "silent";
  return lost / (received + lost) > LOSSY || jitter > JITTERY_S ? "poor" : "good";
}
