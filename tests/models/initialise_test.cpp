#include "models/initialise.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <catch2/catch.hpp>

using assay::fill_normal;

namespace {

at::Tensor filled(at::IntArrayRef shape, uint64_t seed, std::string_view name) {
  at::Tensor tensor = at::empty(shape);
  fill_normal(tensor, 0.5, seed, name);
  return tensor;
}

}  // namespace

TEST_CASE("fresh weights have the mean, spread and tails of a normal distribution") {
  const at::Tensor x = filled({1000, 401}, 1, "w") / 0.5;
  CHECK(x.mean().item<double>() == Approx(0).margin(0.01));
  CHECK(x.std().item<double>() == Approx(1).epsilon(0.01));
  CHECK((x.abs() > 2).to(at::kDouble).mean().item<double>() == Approx(0.0455).margin(0.002));
  CHECK(x.pow(4).mean().item<double>() == Approx(3).epsilon(0.03));
}

TEST_CASE("fresh weights depend on seed and name, not on threads or shape") {
  const at::Tensor x = filled({300, 201}, 1, "w");
  CHECK_FALSE(x.equal(filled({300, 201}, 2, "w")));
  CHECK_FALSE(x.equal(filled({300, 201}, 1, "v")));
  const int threads = at::get_num_threads();
  at::set_num_threads(threads == 1 ? 2 : 1);
  CHECK(x.equal(filled({300, 201}, 1, "w")));
  at::set_num_threads(threads);
  CHECK(x.flatten().slice(0, 0, 77).equal(filled({77}, 1, "w")));
}
