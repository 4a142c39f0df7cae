// What functions of files, of terminals and of gpu.js do where there is no Node, as JSON.
import { DataLoader, decodeImage, device, encodeNpz, Linear, loadNpy, loadNpz, loadTorch, mseLoss, parseCsv, progress, saveSafetensors, SGD, tensor, TensorDataset, Trainer } from 'decograd'; // prettier-ignore

const failure = async (run) => {
  try {
    await run();
    return null;
  } catch ({ name, message }) {
    return `${name}: ${message}`;
  }
};

async function drawBar() {
  const model = new Linear(1, 1);
  const trainer = new Trainer(model, { optimizer: new SGD(model, { lr: 0.1 }), loss: mseLoss, callbacks: [progress({ isTTY: true, write() {} })] }); // prettier-ignore
  const loader = new DataLoader(new TensorDataset(tensor([[1]]), tensor([[2]])), { batchSize: 1 });
  await trainer.fit(loader, { epochs: 1, progress: false });
}

const errors = {
  save: await failure(() => saveSafetensors('x.safetensors', {})),
  npy: await failure(() => loadNpy('x.npy')),
  torch: await failure(() => loadTorch('x.pt')),
  bar: await failure(drawBar),
  device: await failure(() => device('gpu:webgpu')),
};
const archive = await loadNpz(await encodeNpz({ x: tensor([1, 2]) }));
const unpacked = await archive.x.toArray();
// two pixels of grey, 51 and 204
const png = atob('iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGMwPgMAATUBAO6z1nEAAAAASUVORK5CYII=');
const image = await decodeImage(
  Uint8Array.from(png, (character) => character.charCodeAt(0)),
  { channels: 1 },
);
const read = { image: await image.toArray(), table: (await parseCsv('a,b\n1,2\n')).names };
await device('gpu:cpu');
const product = tensor([[1, 2], [3, 4]]).matmul(tensor([[5, 6], [7, 8]])); // prettier-ignore
console.log(JSON.stringify({ errors, unpacked, read, device: product.device, product: await product.toArray() })); // prettier-ignore
