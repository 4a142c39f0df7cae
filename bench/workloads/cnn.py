import torch
import torch.nn.functional as F


def build(data):
    x, y = data.pop("x"), data.pop("y").long()
    parameters = {name: value.requires_grad_() for name, value in data.items()}
    optimizer = torch.optim.Adam(parameters.values(), lr=1e-3)

    def block(name, h):
        return F.max_pool2d(F.relu(F.conv2d(h, parameters[name + ".weight"], parameters[name + ".bias"])), 2)

    def step():
        optimizer.zero_grad()
        h = block("3", block("0", x)).flatten(1)
        loss = F.cross_entropy(F.linear(h, parameters["7.weight"], parameters["7.bias"]), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step, None
