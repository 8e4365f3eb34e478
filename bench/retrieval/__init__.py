"""Benchmark `retrieval`: what people find who ask a hundred questions about the demo's articles (questions.json)."""
