// The columns of the tables: a peer with a number of threads.
import { peers as allPeers } from './peers/index.mjs';
import { chosen } from './options.mjs';

/** @returns the columns of a peer: with one thread, and with `threads` where it can */
function columnsOf(peer, threads) {
  if (peer.oneThread) return [{ peer, threads: 1, title: peer.title }];
  const counts = threads > 1 ? [1, threads] : [1];
  return counts.map((n) => ({ peer, threads: n, title: `${peer.title}, ${n} thread${n > 1 ? 's' : ''}` }));
}

/**
 * Looks which peers are here, and installs those that can be.
 * @returns the columns, the versions by title, and notes: why a peer is missing, why it has one thread only
 */
export async function findColumns({ peers: wanted, threads }) {
  const [columns, versions, notes] = [[], {}, []];
  for (const peer of chosen(allPeers, wanted, 'peers'))
    try {
      versions[peer.title] = await peer.find();
      columns.push(...columnsOf(peer, threads));
      if (peer.oneThread) notes.push(`${peer.title} has one thread: ${peer.oneThread}`);
    } catch (error) {
      notes.push(`${peer.title} is missing: ${error.message}`);
    }
  return { columns, versions, notes };
}
