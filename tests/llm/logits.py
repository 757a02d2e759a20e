# Logits of llama.cpp for a model file, one JSON array: what src/llm/local/beside.rs compares with.
#   PYTHON tests/llm/logits.py MODEL.gguf 1,2,3
# Needs: pip install llama-cpp-python. Keys and values of 16 bits, as ours.
import ctypes
import json
import sys

import llama_cpp as ll

path, tokens = sys.argv[1], [int(token) for token in sys.argv[2].split(",")]
ll.llama_backend_init()
quiet = ll.llama_log_callback(lambda level, text, data: None)
ll.llama_log_set(quiet, ctypes.c_void_p(0))
params = ll.llama_model_default_params()
params.n_gpu_layers = 0
model = ll.llama_model_load_from_file(path.encode(), params)
params = ll.llama_context_default_params()
params.n_ctx = 512
params.n_batch = params.n_ubatch = 512
context = ll.llama_init_from_model(model, params)
batch = ll.llama_batch_init(512, 0, 1)
batch.n_tokens = len(tokens)
for i, token in enumerate(tokens):
    batch.token[i] = token
    batch.pos[i] = i
    batch.n_seq_id[i] = 1
    batch.seq_id[i][0] = 0
    batch.logits[i] = i == len(tokens) - 1
if ll.llama_decode(context, batch) != 0:
    sys.exit("llama_decode failed")
vocab = ll.llama_vocab_n_tokens(ll.llama_model_get_vocab(model))
logits = ll.llama_get_logits_ith(context, len(tokens) - 1)
json.dump([round(logits[i], 4) for i in range(vocab)], sys.stdout)
