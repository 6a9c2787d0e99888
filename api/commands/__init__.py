"""The commands of `thanhtra`, one module each; `api.cli` names them."""
