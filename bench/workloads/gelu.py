import torch.nn.functional as F


def build(data):
    leaves = [data[name].requires_grad_() for name in "xyz"]
    x, y, z = leaves
    value = None

    def step():
        nonlocal value
        for leaf in leaves:
            leaf.grad = None
        total = F.gelu(x * y + z, approximate="tanh").sum()
        total.backward()
        value = total.item()

    def values():
        return [value] + [leaf.grad[i].item() for leaf in leaves for i in (0, 333_333, 999_999)]

    return step, values
