# The other engine of `schullotse bench llm --vs-llama-cpp`: llama.cpp through its Python package.
# Reads one measurement a line from standard input, answers with seconds:
#   read N        N tokens into an empty cache
#   write R C     one token for each of R readers behind C tokens
#   verify N C    N tokens of one reader behind C, with the logits after each
# Memory is without keys and values, which it takes for all readers at once.
import ctypes
import os
import sys
import time

import llama_cpp as ll

path, threads = sys.argv[1], int(sys.argv[2])


def resident():
    with open("/proc/self/status") as status:
        return next(int(row.split()[1]) for row in status if row.startswith("VmRSS"))


ll.llama_backend_init()
quiet = ll.llama_log_callback(lambda level, text, data: None)
ll.llama_log_set(quiet, ctypes.c_void_p(0))
began = time.perf_counter()
params = ll.llama_model_default_params()
params.n_gpu_layers = 0
model = ll.llama_model_load_from_file(path.encode(), params)
params = ll.llama_context_default_params()
# A stream for each reader, 2,304 tokens long.
params.n_ctx = 8 * 2304
params.n_batch = 512
params.n_ubatch = 512
params.n_seq_max = 8
params.n_threads = params.n_threads_batch = threads
params.kv_unified = False
# -1: it chooses; 0: off.
params.flash_attn_type = int(os.environ.get("LLAMA_FLASH_ATTN", "-1"))
before = resident()
context = ll.llama_init_from_model(model, params)
keys_and_values = resident() - before
vocab = ll.llama_vocab_n_tokens(ll.llama_model_get_vocab(model))
memory = ll.llama_get_memory(context)
batch = ll.llama_batch_init(512, 0, 8)


def decode(items, logits):
    """items: (token, position, sequence); logits: for all, or for the last alone."""
    batch.n_tokens = len(items)
    for i, (token, position, sequence) in enumerate(items):
        batch.token[i] = token
        batch.pos[i] = position
        batch.n_seq_id[i] = 1
        batch.seq_id[i][0] = sequence
        batch.logits[i] = logits or i == len(items) - 1
    if ll.llama_decode(context, batch) != 0:
        raise RuntimeError("llama_decode failed")


def tokens(count):
    return [place * 7919 % vocab for place in range(count)]


def read(count, sequence=0):
    ids = tokens(count)
    for begin in range(0, count, 512):
        part = ids[begin : begin + 512]
        decode([(token, begin + i, sequence) for i, token in enumerate(part)], False)


seen = (0, 0)


def prepare(readers, behind):
    global seen
    if seen != (readers, behind):
        ll.llama_memory_clear(memory, True)
        # Each reader has tokens of its own in the cache, as ours have.
        for sequence in range(readers):
            read(behind, sequence)
        seen = (readers, behind)
    for sequence in range(readers):
        ll.llama_memory_seq_rm(memory, sequence, behind, -1)


read(64)
print("ready", time.perf_counter() - began, resident() - keys_and_values, flush=True)
for line in sys.stdin:
    what, *numbers = line.split()
    numbers = [int(number) for number in numbers]
    if what == "read":
        ll.llama_memory_clear(memory, True)
        seen = (0, 0)
        started = time.perf_counter()
        read(*numbers)
    elif what == "write":
        readers, behind = numbers
        prepare(readers, behind)
        started = time.perf_counter()
        decode([(7, behind, sequence) for sequence in range(readers)], True)
        ll.llama_get_logits(context)
    else:
        count, behind = numbers
        prepare(1, behind)
        started = time.perf_counter()
        decode([(token, behind + i, 0) for i, token in enumerate(tokens(count))], True)
        ll.llama_get_logits(context)
    print(time.perf_counter() - started, flush=True)
