#include "models/decode_state.h"

#include <ATen/ATen.h>

#include <algorithm>

// Shapes: B sequences, G heads, T new columns, S columns filled, d features of a head.
namespace assay {
namespace {

/// Room of a state that was not told how much it needs.
constexpr int64_t kFirstColumns = 64;

at::Tensor with_room(const at::Tensor& cache, const at::Tensor& fresh_BGTd, int64_t filled,
                     int64_t columns) {
  at::Tensor roomy = at::empty(
      {fresh_BGTd.size(0), fresh_BGTd.size(1), columns, fresh_BGTd.size(3)}, fresh_BGTd.options());
  if (filled > 0) roomy.narrow(2, 0, filled).copy_(cache.narrow(2, 0, filled));
  return roomy;
}

at::Tensor append_to(at::Tensor& cache, const at::Tensor& fresh_BGTd, int64_t filled,
                     int64_t capacity) {
  const int64_t needed = filled + fresh_BGTd.size(2);
  const int64_t room = cache.defined() ? cache.size(2) : 0;
  if (needed > room) {
    const int64_t grown = std::max({needed, 2 * room, capacity == 0 ? kFirstColumns : capacity});
    cache = with_room(cache, fresh_BGTd, filled, grown);
  }
  cache.narrow(2, filled, fresh_BGTd.size(2)).copy_(fresh_BGTd);
  return cache.narrow(2, 0, needed);
}

/// The same by a column that the device knows; all columns.
at::Tensor put_at(at::Tensor& cache, const at::Tensor& fresh_BG1d, const at::Tensor& column) {
  return cache.index_copy_(2, column, fresh_BG1d);
}

}  // namespace

std::pair<at::Tensor, at::Tensor> DecodeState::append(int64_t layer, const at::Tensor& keys,
                                                      const at::Tensor& values) {
  const at::NoGradGuard no_grad;
  const auto index = static_cast<size_t>(layer);
  if (layers.size() <= index) layers.resize(index + 1);
  LayerCache& cache = layers[index];
  if (place) {
    return {put_at(cache.keys, keys, place->column),
            values.defined() ? put_at(cache.values, values, place->column) : at::Tensor()};
  }
  at::Tensor all_keys = append_to(cache.keys, keys, num_tokens, capacity);
  if (!values.defined()) return {all_keys, at::Tensor()};
  return {all_keys, append_to(cache.values, values, num_tokens, capacity)};
}

void DecodeState::fix_place(int64_t num_sequences, at::Device device) {
  const at::TensorOptions on_device = at::TensorOptions(at::kLong).device(device);
  const at::ArrayRef<int64_t> begins(starts.data(), starts.size());
  place = {.column = at::full({1}, num_tokens, on_device),
           .starts = starts.empty() ? at::zeros({num_sequences, 1}, on_device)
                                    : at::tensor(begins).unsqueeze(1).to(device)};
  for (LayerCache& cache : layers) {
    for (at::Tensor* part : {&cache.keys, &cache.values}) {
      // A share of nothing of what lies in empty columns is nothing only where that is a number.
      if (part->defined()) part->narrow(2, num_tokens, columns() - num_tokens).zero_();
    }
  }
}

void DecodeState::keep(std::span<const int64_t> sequences) {
  place.reset();
  const at::Tensor rows =
      at::tensor(at::ArrayRef<int64_t>(sequences.data(), sequences.size()), at::kLong);
  for (LayerCache& cache : layers) {
    for (at::Tensor* part : {&cache.keys, &cache.values}) {
      if (part->defined()) *part = part->index_select(0, rows.to(part->device()));
    }
  }
  if (starts.empty()) return;
  std::vector<int64_t> kept;
  for (const int64_t row : sequences) kept.push_back(starts.at(static_cast<size_t>(row)));
  starts = std::move(kept);
}

int64_t DecodeState::longest() const {
  return starts.empty() ? num_tokens : num_tokens - *std::min_element(starts.begin(), starts.end());
}

int64_t DecodeState::columns() const { return layers.empty() ? 0 : layers.front().keys.size(2); }

int64_t DecodeState::num_bytes() const {
  int64_t bytes = 0;
  for (const LayerCache& cache : layers) {
    for (const at::Tensor& part : {cache.keys, cache.values}) {
      if (part.defined()) bytes += static_cast<int64_t>(part.nbytes());
    }
  }
  return bytes;
}

}  // namespace assay
