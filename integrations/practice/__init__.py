"""練習モード: the product on a カオナビ that is simulated beside it, with the sample company and its mistakes."""
