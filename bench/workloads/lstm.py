import torch
import torch.nn.functional as F


def build(data):
    x, y = data.pop("x"), data.pop("y")
    weight, bias = (data.pop("head." + name).requires_grad_() for name in ("weight", "bias"))
    lstm = torch.nn.LSTM(x.shape[-1], weight.shape[-1], batch_first=True)
    lstm.load_state_dict(data)
    optimizer = torch.optim.Adam([*lstm.parameters(), weight, bias], lr=1e-3)

    def step():
        optimizer.zero_grad()
        loss = F.mse_loss(F.linear(lstm(x)[0][:, -1], weight, bias), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step, None
