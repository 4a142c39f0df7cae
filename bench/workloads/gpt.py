import torch
import torch.nn.functional as F

DEPTH, HEADS = 4, 4


def build(data):
    x, y = data.pop("x").long(), data.pop("y").long()
    p = {name: value.requires_grad_() for name, value in data.items()}
    optimizer = torch.optim.AdamW(p.values(), lr=1e-3)

    def dense(name, h):
        return F.linear(h, p[name + ".weight"], p[name + ".bias"])

    def norm(name, h):
        return F.layer_norm(h, h.shape[-1:], p[name + ".weight"], p[name + ".bias"])

    def block(i, h):
        n, length, width = h.shape
        q, k, v = (part.view(n, length, HEADS, -1).transpose(1, 2) for part in dense(f"{i}.qkv", norm(f"{i}.norm1", h)).split(width, -1))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(n, length, width)
        h = h + dense(f"{i}.proj", mixed)
        return h + dense(f"{i}.narrow", F.gelu(dense(f"{i}.wide", norm(f"{i}.norm2", h)), approximate="tanh"))

    def step():
        optimizer.zero_grad()
        h = F.embedding(x, p["letters.weight"]) + p["places.weight"]
        for i in range(DEPTH):
            h = block(i, h)
        loss = F.cross_entropy(F.linear(norm("norm", h), p["head.weight"]).flatten(0, 1), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step, None
