#include "kernels/product.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <optional>
#include <vector>

#include "kernels/wide_dtype.h"

// Shapes: N rows, I features in, O out.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// What oneDNN wants for bf16, by LibTorch's check (ATen/native/mkldnn/Utils.h).
bool has_bf16_products() {
#if defined(__x86_64__)
  static const bool has = __builtin_cpu_supports("avx512bw") != 0 &&
                          __builtin_cpu_supports("avx512vl") != 0 &&
                          __builtin_cpu_supports("avx512dq") != 0;
  return has;
#else
  return true;
#endif
}

// A product of so few rows reads the weight once in LibTorch's loops; widening writes it as well.
constexpr int64_t kMostRowsOfLoops = 2;

at::Tensor wide(const at::Tensor& x) { return x.to(wide_dtype(x)); }

class WidenedLinear : public torch::autograd::Function<WidenedLinear> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x_NI,
                            const at::Tensor& weight_OI, const std::optional<at::Tensor>& bias_O) {
    ctx->save_for_backward({x_NI, weight_OI});
    ctx->saved_data["has_bias"] = bias_O.has_value();
    const at::Tensor weight_IO = wide(weight_OI).t();
    const at::Tensor out_NO =
        bias_O ? at::addmm(wide(*bias_O), wide(x_NI), weight_IO) : at::mm(wide(x_NI), weight_IO);
    return out_NO.to(x_NI.scalar_type());
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    const at::Tensor grad_NO = wide(grads[0]);
    const auto dtype = saved[0].scalar_type();
    variable_list results(3);
    if (ctx->needs_input_grad(0)) results[0] = at::mm(grad_NO, wide(saved[1])).to(dtype);
    if (ctx->needs_input_grad(1)) results[1] = at::mm(grad_NO.t(), wide(saved[0])).to(dtype);
    if (ctx->saved_data["has_bias"].toBool() && ctx->needs_input_grad(2)) {
      results[2] = grad_NO.sum(0).to(dtype);
    }
    return results;
  }
};

class WidenedMatmul : public torch::autograd::Function<WidenedMatmul> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& a, const at::Tensor& b) {
    ctx->save_for_backward({a, b});
    return at::matmul(wide(a), wide(b)).to(a.scalar_type());
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    const at::Tensor grad = wide(grads[0]);
    const auto gradient = [&](const at::Tensor& left, const at::Tensor& right) {
      return at::matmul(left, right).to(saved[0].scalar_type());
    };
    variable_list results(2);
    if (ctx->needs_input_grad(0)) results[0] = gradient(grad, wide(saved[1]).transpose(-2, -1));
    if (ctx->needs_input_grad(1)) results[1] = gradient(wide(saved[0]).transpose(-2, -1), grad);
    return results;
  }
};

}  // namespace

bool widens_products(const at::Tensor& x) {
  return x.is_cpu() && x.scalar_type() == at::kBFloat16 && !has_bf16_products();
}

at::Tensor widened_for_product(const at::Tensor& x) { return widens_products(x) ? wide(x) : x; }

at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  const bool is_small = x.numel() <= kMostRowsOfLoops * x.size(-1) && !at::GradMode::is_enabled();
  if (is_small || !widens_products(x)) return at::linear(x, weight, bias);
  return widened_linear(x, weight, bias);
}

at::Tensor widened_linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  std::vector<int64_t> sizes = x.sizes().vec();
  sizes.back() = weight.size(0);
  std::optional<at::Tensor> given_bias;
  if (bias.defined()) given_bias = bias;
  return WidenedLinear::apply(x.reshape({-1, x.size(-1)}), weight, given_bias).view(sizes);
}

at::Tensor matmul(const at::Tensor& a, const at::Tensor& b) {
  return widens_products(a) ? widened_matmul(a, b) : at::matmul(a, b);
}

at::Tensor widened_matmul(const at::Tensor& a, const at::Tensor& b) {
  return WidenedMatmul::apply(a, b);
}

at::Tensor product(const at::Tensor& a, const at::Tensor& b) {
  return widens_products(a) ? at::mm(wide(a), wide(b)).to(a.scalar_type()) : at::mm(a, b);
}

void product_out(at::Tensor& out, const at::Tensor& a, const at::Tensor& b) {
  if (widens_products(a)) {
    out.copy_(at::mm(wide(a), wide(b)));
  } else {
    at::mm_out(out, a, b);
  }
}

}  // namespace assay::kernels
