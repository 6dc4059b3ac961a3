#include "kernels/embedding.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "kernels/combine_loops.h"
#include "kernels/row_split.h"

// Shapes: N indices, R distinct ones, V rows of the weight, D features.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Places of a list of indices, sorted by index.
struct SortedPlaces {
  std::vector<int64_t> order;   ///< places of the list; those of one index in the list's order
  std::vector<int64_t> rows;    ///< the distinct indices
  std::vector<int64_t> begins;  ///< where each one's places begin in `order`, and the end
};

SortedPlaces sorted_places(const at::Tensor& indices_N) {
  const auto* index = indices_N.const_data_ptr<int64_t>();
  SortedPlaces places;
  places.order.resize(static_cast<size_t>(indices_N.numel()));
  std::iota(places.order.begin(), places.order.end(), 0);
  std::stable_sort(places.order.begin(), places.order.end(),
                   [index](int64_t a, int64_t b) { return index[a] < index[b]; });
  for (size_t i = 0; i < places.order.size(); ++i) {
    const int64_t row = index[places.order[i]];
    if (!places.rows.empty() && places.rows.back() == row) continue;
    places.rows.push_back(row);
    places.begins.push_back(static_cast<int64_t>(i));
  }
  places.begins.push_back(indices_N.numel());
  return places;
}

/// Writes the sum of each distinct index's gradients to its row of `out`: the index itself, or its
/// place among the distinct ones.
void sum_rows(const at::Tensor& grad_ND, const SortedPlaces& places, bool by_index,
              const at::Tensor& out) {
  const int64_t width = grad_ND.size(1);
  with_row_type(grad_ND, [&]<class T>(T) {
    const T* grad = row_data<T>(grad_ND);
    T* rows_out = mutable_row_data<T>(out);
    split_rows(static_cast<int64_t>(places.rows.size()), width, [&](int64_t begin, int64_t end) {
      std::vector<float> sum(static_cast<size_t>(width));
      for (int64_t r = begin; r < end; ++r) {
        const auto at = static_cast<size_t>(r);
        rows::weighted_sum(grad, places.order.data() + places.begins[at], nullptr, 1,
                           places.begins[at + 1] - places.begins[at], width, sum.data(),
                           rows_out + (by_index ? places.rows[at] : r) * width);
      }
    });
  });
}

class EmbeddingOfRows : public torch::autograd::Function<EmbeddingOfRows> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& weight_VD,
                            const at::Tensor& indices, bool as_rows) {
    ctx->save_for_backward({indices});
    ctx->saved_data["num_rows"] = weight_VD.size(0);
    ctx->saved_data["width"] = weight_VD.size(1);
    ctx->saved_data["as_rows"] = as_rows;
    return at::embedding(weight_VD, indices);
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const at::Tensor indices_N = ctx->get_saved_variables()[0].reshape({-1}).contiguous();
    const int64_t num_rows = ctx->saved_data["num_rows"].toInt();
    const int64_t width = ctx->saved_data["width"].toInt();
    const at::Tensor grad_ND = grads[0].reshape({indices_N.numel(), width}).contiguous();
    const SortedPlaces places = sorted_places(indices_N);
    if (!ctx->saved_data["as_rows"].toBool()) {
      at::Tensor dense_VD = at::zeros({num_rows, width}, grad_ND.options());
      sum_rows(grad_ND, places, /*by_index=*/true, dense_VD);
      return {dense_VD, {}, {}};
    }
    const auto num_distinct = static_cast<int64_t>(places.rows.size());
    at::Tensor values_RD = at::empty({num_distinct, width}, grad_ND.options());
    sum_rows(grad_ND, places, /*by_index=*/false, values_RD);
    const at::Tensor rows_1R = at::tensor(places.rows, at::kLong).unsqueeze(0);
    return {at::_sparse_coo_tensor_unsafe(rows_1R, values_RD, {num_rows, width},
                                          values_RD.options().layout(at::kSparse),
                                          /*is_coalesced=*/true),
            {},
            {}};
  }
};

}  // namespace

at::Tensor embedding(const at::Tensor& weight, const at::Tensor& indices, EmbeddingGradient kind) {
  if (!has_row_loops(weight)) return at::embedding(weight, indices);
  return EmbeddingOfRows::apply(weight, indices, kind == EmbeddingGradient::kRows);
}

}  // namespace assay::kernels
