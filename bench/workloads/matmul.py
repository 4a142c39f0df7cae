def build(data):
    a, b = data["a"], data["b"]
    n = len(a)
    result = None

    def step():
        nonlocal result
        result = a @ b

    def values():  # the entries that matmul.mjs names
        return [result[k * (n - 1) // 9, (k * k * 41 + n - 1) % n].item() for k in range(10)]

    return step, values
