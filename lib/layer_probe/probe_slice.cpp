#include "layer_probe/probe_slice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "error/error.h"
#include "layer_probe/table_editor.h"
#include "models/model_family.h"

namespace assay {
namespace {

constexpr std::array<std::string_view, 4> kWidths{"d_ff", "d_expert", "latent.q_lora_rank",
                                                  "latent.kv_lora_rank"};
constexpr std::array<std::string_view, 2> kKeyHeads{"num_kv_heads", "multi_head.num_kv_heads"};
constexpr std::array<std::string_view, 2> kSplitWidths{"d_ff", "d_expert"};
constexpr int64_t kWidthStep = 16;
constexpr int64_t kFewestRows = 64;

int64_t divided_width(int64_t width, int64_t divisor) {
  if (width < kWidthStep) return width;
  return std::max(kWidthStep, width / divisor / kWidthStep * kWidthStep);
}

// Where no key gives it, a head's width is d_model / num_heads.
bool names_head_width(const TableEditor& edit) {
  return edit.has("d_head") || edit.has("latent") || edit.has("multi_head");
}

void divide_heads(TableEditor& edit, int64_t divisor) {
  const int64_t heads = edit.integer("num_heads").value();
  for (const std::string_view key : kKeyHeads) {
    const std::optional<int64_t> shared = edit.integer(key);
    if (!shared) continue;
    const int64_t fewer = std::max<int64_t>(1, *shared / divisor);
    edit.set("num_heads", fewer * (heads / *shared));
    edit.set(key, fewer);
    return;
  }
  edit.set("num_heads", std::max<int64_t>(1, heads / divisor));
}

int64_t split_evenly(std::string_view key, int64_t size, int64_t tensor) {
  if (size % tensor != 0) {
    throw ConfigError(
        fmt::format("[layer_probe] tp does not divide {}: {} over {} devices", key, size, tensor));
  }
  return size / tensor;
}

// Key heads that are fewer than the devices are held by several of them.
int64_t split_key_heads(std::string_view key, int64_t heads, int64_t tensor) {
  return tensor % heads == 0 ? 1 : split_evenly(key, heads, tensor);
}

void split_tensor(TableEditor& edit, int64_t tensor) {
  if (tensor == 1) return;
  if (!names_head_width(edit)) {
    throw ConfigError(
        "[layer_probe] tp splits heads, but this family's width of a head follows from d_model and "
        "num_heads: only tp=1 can be timed");
  }
  edit.set("num_heads", split_evenly("num_heads", edit.integer("num_heads").value(), tensor));
  for (const std::string_view key : kKeyHeads) {
    if (const auto heads = edit.integer(key)) edit.set(key, split_key_heads(key, *heads, tensor));
  }
  for (const std::string_view key : kSplitWidths) {
    if (const auto width = edit.integer(key)) edit.set(key, split_evenly(key, *width, tensor));
  }
  edit.set("vocab_size", (edit.integer("vocab_size").value() + tensor - 1) / tensor);
}

ProbeSlice slice_of(const TomlTable& model, std::string name, int64_t blocks, int64_t dense) {
  ProbeSlice slice{std::move(name), model, blocks, dense};
  TableEditor edit(slice.table);
  edit.set("num_layers", blocks);
  if (edit.has("num_dense_layers")) edit.set("num_dense_layers", dense);
  return slice;
}

}  // namespace

TomlTable with_divided_width(TomlTable model, int64_t divisor) {
  if (divisor == 1) return model;
  TableEditor edit(model);
  const int64_t heads = edit.integer("num_heads").value();
  const int64_t d_model = edit.integer("d_model").value();
  divide_heads(edit, divisor);
  edit.set("d_model", names_head_width(edit)
                          ? divided_width(d_model, divisor)
                          : edit.integer("num_heads").value() * (d_model / heads));
  for (const std::string_view key : kWidths) {
    if (const auto width = edit.integer(key)) edit.set(key, divided_width(*width, divisor));
  }
  const int64_t rows = edit.integer("vocab_size").value();
  edit.set("vocab_size", std::max(std::min(rows, kFewestRows), rows / divisor));
  return model;
}

std::vector<ProbeSlice> probe_slices(const TomlTable& model, const SliceShape& shape) {
  static_cast<void>(model_family_of(model));  // throws for families of accounting only
  TomlTable part = with_divided_width(model, shape.width_divisor);
  TableEditor edit(part);
  split_tensor(edit, shape.tensor);
  edit.erase("multi_token");
  if (edit.has("dispatch.forced_balance")) edit.set("dispatch.forced_balance", shape.balanced);
  if (edit.integer("num_dense_layers").value_or(0) > 0) {
    return {slice_of(part, "mixture block", 1, 0), slice_of(part, "dense and mixture block", 2, 1)};
  }
  if (edit.has("window") && edit.integer("num_layers").value() > 1) {
    return {slice_of(part, "pair of blocks", 2, 0)};
  }
  return {slice_of(part, "block", 1, 0)};
}

}  // namespace assay
