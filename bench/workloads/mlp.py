import torch
import torch.nn.functional as F


def build(data):
    x, y = data.pop("x"), data.pop("y").long()
    parameters = {name: value.requires_grad_() for name, value in data.items()}
    optimizer = torch.optim.Adam(parameters.values(), lr=1e-3)

    def dense(name, h):
        return F.linear(h, parameters[name + ".weight"], parameters[name + ".bias"])

    def step():
        optimizer.zero_grad()
        loss = F.cross_entropy(dense("4", F.relu(dense("2", F.relu(dense("0", x))))), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step, None
