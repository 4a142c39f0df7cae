import torch
import torch.nn.functional as F


def build(data):
    x, y = data.pop("x"), data.pop("y")
    parameters = {name: value.requires_grad_() for name, value in data.items()}
    optimizer = torch.optim.SGD(parameters.values(), lr=0.01)

    def dense(name, h):
        return F.linear(h, parameters[name + ".weight"], parameters[name + ".bias"])

    def step():
        optimizer.zero_grad()
        loss = F.mse_loss(dense("2", torch.tanh(dense("0", x))), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step, None
