#include "models/layers/sequence_context.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "error/error.h"

// Shapes: B sequences, T positions.
namespace assay::models {
namespace {

/// The place at which the document of each token starts: int64 [B, T].
at::Tensor document_starts(const at::Tensor& ids_BT) {
  const int64_t seq_len = ids_BT.size(1);
  const at::Tensor places_T = at::arange(seq_len, ids_BT.options());
  const at::Tensor begins_BT =
      at::cat({at::ones({ids_BT.size(0), 1}, ids_BT.options().dtype(at::kBool)),
               ids_BT.narrow(1, 1, seq_len - 1).ne(ids_BT.narrow(1, 0, seq_len - 1))},
              1);
  return std::get<0>((places_T * begins_BT).cummax(1));
}

/// What keeps documents apart, whose tokens start at starts_BT.
void add_documents(SequenceContext& context, const at::Tensor& ids_BT,
                   const at::Tensor& starts_BT) {
  if (ids_BT.is_cpu()) {
    const std::vector<int64_t> lengths = document_lengths(ids_BT);
    if (fill_sequences(lengths, context.seq_len)) return;
    if (starts_BT.is_cpu()) {
      context.stretches = document_stretches(lengths, context.seq_len);
    } else {
      context.documents = kernels::packed_documents(lengths, starts_BT.device());
    }
  }
  context.causal = false;
  if (!context.stretches.empty()) return;
  const at::Tensor same_BTT = starts_BT.unsqueeze(2).eq(starts_BT.unsqueeze(1));
  context.mask = same_BTT.tril().unsqueeze(1);
}

/// Positions and mask of sequences that start at different columns. A padding column looks at
/// itself alone: nothing reads what comes of it, and no softmax is without a key.
void add_padding(SequenceContext& context, const at::Tensor& columns_T) {
  const std::vector<int64_t>& starts = context.state->starts;
  const at::Tensor starts_B1 = at::tensor(at::ArrayRef<int64_t>(starts.data(), starts.size()))
                                   .to(columns_T.device())
                                   .unsqueeze(1);
  context.positions = (columns_T.unsqueeze(0) - starts_B1).clamp_min(0);
  const at::Tensor keys_S =
      at::arange(context.state->num_tokens + context.seq_len, columns_T.options());
  const at::Tensor is_token_B1S = keys_S.unsqueeze(0).ge(starts_B1).unsqueeze(1);
  if (context.seq_len == 1) {
    context.mask = is_token_B1S.unsqueeze(1);
  } else {
    const at::Tensor past_TS = keys_S.unsqueeze(0).le(columns_T.unsqueeze(1));
    const at::Tensor self_TS = keys_S.unsqueeze(0).eq(columns_T.unsqueeze(1));
    context.mask = is_token_B1S.logical_and(past_TS).logical_or(self_TS).unsqueeze(1);
  }
  context.causal = false;
}

/// Positions and mask of a step whose place the device knows: all columns that there is room for,
/// without those that are not filled yet.
void add_place(SequenceContext& context, const at::TensorOptions& options) {
  const DecodePlace& place = *context.state->place;
  const at::Tensor keys_S = at::arange(context.state->columns(), options);
  context.positions = (place.column.unsqueeze(0) - place.starts).clamp_min(0);
  context.mask = keys_S.unsqueeze(0)
                     .ge(place.starts)
                     .logical_and(keys_S.le(place.column).unsqueeze(0))
                     .unsqueeze(1)
                     .unsqueeze(1);
  context.causal = false;
}

}  // namespace

SequenceContext training_context(const Batch& batch, Recompute recompute) {
  const at::Tensor& tokens = batch.tokens;
  SequenceContext context{
      .batch = tokens.size(0), .seq_len = tokens.size(1), .training = at::GradMode::is_enabled()};
  if (context.training) context.recompute = recompute;
  const at::Tensor places_T = at::arange(context.seq_len, tokens.options());
  if (!batch.document_ids) {
    context.positions = places_T.unsqueeze(0);
    return context;
  }
  const at::Tensor starts_BT =
      kernels::brought_to(document_starts(*batch.document_ids), tokens.device());
  context.positions = places_T - starts_BT;
  add_documents(context, *batch.document_ids, starts_BT);
  return context;
}

SequenceContext decoding_context(const at::Tensor& tokens, DecodeState& state,
                                 int64_t max_seq_len) {
  const int64_t past = state.num_tokens;
  const int64_t seq_len = tokens.size(1);
  if (state.longest() + seq_len > max_seq_len) {
    throw ConfigError(
        fmt::format("[models] tokens do not fit in the context: {} held, {} more, "
                    "max_seq_len {}",
                    state.longest(), seq_len, max_seq_len));
  }
  SequenceContext context{.batch = tokens.size(0), .seq_len = seq_len, .state = &state};
  if (state.place) {
    TORCH_CHECK(seq_len == 1 && past < state.columns(),
                "[models] no room for a step at a fixed place: ", past, " of ", state.columns(),
                " columns filled, ", seq_len, " more");
    add_place(context, tokens.options());
    return context;
  }
  const at::Tensor columns_T = at::arange(past, past + seq_len, tokens.options());
  if (!state.starts.empty()) {
    add_padding(context, columns_T);
    return context;
  }
  context.positions = columns_T.unsqueeze(0);
  context.causal = past == 0;
  if (past > 0 && seq_len > 1) {
    context.mask =
        at::ones({1, 1, seq_len, past + seq_len}, tokens.options().dtype(at::kBool)).tril(past);
  }
  return context;
}

}  // namespace assay::models
