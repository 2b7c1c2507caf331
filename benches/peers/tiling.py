"""Tilings of the plane as units."""

import numpy as np


def tiling(columns, rows, path, per_community=0):
    """Jittered quadrilaterals of some 50 m that share their vertices, two more on every side."""
    rng = np.random.default_rng(1)
    step = 0.0005
    i, j = np.meshgrid(np.arange(columns + 1), np.arange(rows + 1), indexing="ij")
    jitter = lambda share, shape: share * (rng.random(shape) - 0.5)
    x, y = 100 + step * (i + jitter(0.4, i.shape)), 38 + step * (j + jitter(0.4, j.shape))
    text = lambda a: np.char.mod("%.7f", a)
    position = lambda a, b: np.char.add(np.char.add(np.char.add("[", text(a)), ","), np.char.add(text(b), "]"))

    def between(a, b):
        points = []
        for t in (1 / 3, 2 / 3):
            bend = step * jitter(0.05, a[0].shape)
            points.append(position(a[0] + t * (b[0] - a[0]) + bend, a[1] + t * (b[1] - a[1]) + bend))
        return points

    corner = position(x, y)
    along = between((x[:-1], y[:-1]), (x[1:], y[1:]))
    across = between((x[:, :-1], y[:, :-1]), (x[:, 1:], y[:, 1:]))
    people = rng.lognormal(4, 0.6, (columns, rows)).round().astype(int)
    with open(path, "w") as out:
        out.write('{"type":"FeatureCollection","features":[\n')
        for i in range(columns):
            for j in range(rows):
                ring = [
                    corner[i, j], along[0][i, j], along[1][i, j],
                    corner[i + 1, j], across[0][i + 1, j], across[1][i + 1, j],
                    corner[i + 1, j + 1], along[1][i, j + 1], along[0][i, j + 1],
                    corner[i, j + 1], across[1][i, j], across[0][i, j], corner[i, j],
                ]
                community = ""
                if per_community:
                    community = f',"community":"{i // per_community:03}{j // per_community:03}"'
                out.write(",\n" if i + j else "")
                out.write(
                    f'{{"type":"Feature","properties":{{"id":"{i * rows + j}","population":{people[i, j]}'
                    f'{community}}},"geometry":{{"type":"Polygon","coordinates":[[{",".join(ring)}]]}}}}'
                )
        out.write("\n]}\n")
