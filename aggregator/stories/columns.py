"""Arrays of one length that grow together."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Columns:
    """Named columns, ``Columns(seq=np.int64)``; ``columns["seq"]`` is a view of what was entered so far, to read or to change."""

    def __init__(self, **types: Any) -> None:
        self._size = 0
        self._room: dict[str, NDArray[Any]] = {name: np.zeros(1024, kind) for name, kind in types.items()}

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._room[name][: self._size]

    def append(self, **row: Any) -> int:
        """Enter a row and return its number."""
        self._reserve(self._size + 1)
        for name, value in row.items():
            self._room[name][self._size] = value
        self._size += 1
        return self._size - 1

    def extend(self, **rows: Any) -> None:
        """Enter rows."""
        more = len(next(iter(rows.values())))
        self._reserve(self._size + more)
        for name, values in rows.items():
            self._room[name][self._size : self._size + more] = values
        self._size += more

    def keep(self, rows: NDArray[np.bool_]) -> None:
        """Leave the other rows behind; those that stay are numbered anew."""
        rows = rows.copy()  # it may be a column of these, and change while they move
        for name, values in self._room.items():
            values[: rows.sum()] = values[: self._size][rows]
            self._room[name] = values
        self._size = int(rows.sum())

    def _reserve(self, size: int) -> None:
        for name, values in self._room.items():
            if size > len(values):
                more = np.zeros((max(size, 2 * len(values)), *values.shape[1:]), values.dtype)
                more[: len(values)] = values  # what is not entered yet takes no memory
                self._room[name] = more
