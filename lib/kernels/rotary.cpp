#include "kernels/rotary.h"

#include <torch/csrc/autograd/custom_function.h>

#include "kernels/cuda_rows.h"
#include "kernels/rotary_loops.h"
#include "kernels/rotary_row.h"
#include "kernels/row_split.h"
#include "kernels/wide_dtype.h"

#if ASSAY_CUDA
#include "kernels/rotary_cuda.h"
#endif

// Shapes: B sequences, T positions, H heads, d features of a head, h = d/2.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

using rows::PairLayout;

/// Which way pairs are turned: those of `layout` forward, into halves, or back.
struct Turn {
  PairLayout layout = PairLayout::kHalves;
  bool forward = true;
};

at::Tensor turn_by_operators(const at::Tensor& x_BTHd, const at::Tensor& cos_BTh,
                             const at::Tensor& sin_BTh, Turn way) {
  const bool neighbours = way.layout == PairLayout::kNeighbours;
  const at::Tensor wide = x_BTHd.to(wide_dtype(x_BTHd));
  const auto pairs =
      neighbours && way.forward ? wide.unflatten(-1, {-1, 2}).unbind(-1) : wide.chunk(2, -1);
  const at::Tensor cos = cos_BTh.unsqueeze(-2);
  const at::Tensor sin = (way.forward ? sin_BTh : sin_BTh.neg()).unsqueeze(-2);
  const at::Tensor first = pairs[0] * cos - pairs[1] * sin;
  const at::Tensor second = pairs[1] * cos + pairs[0] * sin;
  const at::Tensor turned = neighbours && !way.forward
                                ? at::stack({first, second}, /*dim=*/-1).flatten(-2)
                                : at::cat({first, second}, /*dim=*/-1);
  return turned.to(x_BTHd.scalar_type());
}

template <class T>
void turn_stretch(Turn way, const T* x, const float* cos, const float* sin, int64_t num,
                  int64_t heads, int64_t half, T* y) {
  if (way.layout == PairLayout::kHalves) {
    rows::rotate_half(x, cos, sin, way.forward ? 1.0F : -1.0F, num, heads, half, y);
  } else if (way.forward) {
    rows::rotate_neighbours(x, cos, sin, num, heads, half, y);
  } else {
    rows::rotate_neighbours_back(x, cos, sin, num, heads, half, y);
  }
}

at::Tensor turn_rows(const at::Tensor& x_BTHd, const at::Tensor& cos_BTh, const at::Tensor& sin_BTh,
                     Turn way) {
  at::Tensor y_BTHd = at::empty(x_BTHd.sizes(), x_BTHd.options());
  const int64_t seq_len = x_BTHd.size(1);
  const int64_t heads = x_BTHd.size(2);
  const int64_t width = heads * x_BTHd.size(3);
  const int64_t half = x_BTHd.size(3) / 2;
  const bool shared = cos_BTh.size(0) == 1;
  const float* cos = cos_BTh.const_data_ptr<float>();
  const float* sin = sin_BTh.const_data_ptr<float>();
  with_row_type(x_BTHd, [&]<class T>(T) {
    const T* x = row_data<T>(x_BTHd);
    T* y = mutable_row_data<T>(y_BTHd);
    split_rows(x_BTHd.size(0) * seq_len, width, [&](int64_t begin, int64_t end) {
      // One call for each stretch of rows whose angles follow each other.
      for (int64_t at = begin; at < end;) {
        const int64_t stop = std::min(end, (at / seq_len + 1) * seq_len);
        const int64_t angle = (shared ? at % seq_len : at) * half;
        turn_stretch(way, x + at * width, cos + angle, sin + angle, stop - at, heads, half,
                     y + at * width);
        at = stop;
      }
    });
  });
  return y_BTHd;
}

#if ASSAY_CUDA
at::Tensor turn_on_gpu(const at::Tensor& x_BTHd, const at::Tensor& cos_BTh,
                       const at::Tensor& sin_BTh, Turn way) {
  at::Tensor y_BTHd = at::empty(x_BTHd.sizes(), x_BTHd.options());
  const rows::RotaryShape shape{.heads = x_BTHd.size(2),
                                .half = x_BTHd.size(3) / 2,
                                .from = way.forward ? way.layout : PairLayout::kHalves,
                                .to = way.forward ? PairLayout::kHalves : way.layout,
                                .direction = way.forward ? 1.0F : -1.0F};
  with_row_type(x_BTHd, [&]<class T>(T) {
    launch_beside(x_BTHd, [&](cudaStream_t stream) {
      cuda::rotate(shape, row_data<T>(x_BTHd), cos_BTh.const_data_ptr<float>(),
                   sin_BTh.const_data_ptr<float>(), x_BTHd.size(0) * x_BTHd.size(1),
                   cos_BTh.size(0) * cos_BTh.size(1), mutable_row_data<T>(y_BTHd), stream);
    });
  });
  return y_BTHd;
}
#endif

at::Tensor turn(const at::Tensor& x_BTHd, const at::Tensor& cos_BTh, const at::Tensor& sin_BTh,
                Turn way) {
  if (has_row_loops(x_BTHd)) return turn_rows(x_BTHd.contiguous(), cos_BTh, sin_BTh, way);
#if ASSAY_CUDA
  if (has_cuda_rows(x_BTHd)) return turn_on_gpu(x_BTHd.contiguous(), cos_BTh, sin_BTh, way);
#endif
  return turn_by_operators(x_BTHd, cos_BTh, sin_BTh, way);
}

class RotatePairs : public torch::autograd::Function<RotatePairs> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, const at::Tensor& cos,
                            const at::Tensor& sin, bool neighbours) {
    ctx->save_for_backward({cos, sin});
    ctx->saved_data["neighbours"] = neighbours;
    return turn(x, cos, sin, {.layout = layout_of(neighbours)});
  }

  /// The inverse of a rotation is the rotation by the opposite angle.
  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    const PairLayout layout = layout_of(ctx->saved_data["neighbours"].toBool());
    return {turn(grads[0], saved[0], saved[1], {.layout = layout, .forward = false}), {}, {}, {}};
  }

 private:
  static PairLayout layout_of(bool neighbours) {
    return neighbours ? PairLayout::kNeighbours : PairLayout::kHalves;
  }
};

}  // namespace

RotaryAngles rotary_angles(const at::Tensor& positions, int64_t head_dim, double theta) {
  const at::Tensor exponents =
      at::arange(0, head_dim, 2, positions.options().dtype(at::kFloat)) / head_dim;
  const at::Tensor frequencies = at::pow(theta, exponents).reciprocal();
  const at::Tensor angles = positions.unsqueeze(-1).to(at::kFloat) * frequencies;
  return {angles.cos(), angles.sin()};
}

at::Tensor rotate_half(const at::Tensor& x, const RotaryAngles& angles) {
  return RotatePairs::apply(x, angles.cos.contiguous(), angles.sin.contiguous(), false);
}

at::Tensor rotate_neighbours(const at::Tensor& x, const RotaryAngles& angles) {
  return RotatePairs::apply(x, angles.cos.contiguous(), angles.sin.contiguous(), true);
}

}  // namespace assay::kernels
