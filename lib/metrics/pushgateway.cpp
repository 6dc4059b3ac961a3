#include "metrics/pushgateway.h"

#include <fmt/format.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>

#include "error/error.h"

namespace assay {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using tcp = boost::asio::ip::tcp;

constexpr std::chrono::seconds kPatience{5};
constexpr int kHttp11 = 11;

/// One request and its answer on a connection of its own.
class Exchange {
 public:
  Exchange(const PushgatewayAddress& to, http::request<http::string_body> request)
      : to_(to), request_(std::move(request)) {
    request_.set(http::field::host, to.host + ":" + to.port);
    request_.set(http::field::user_agent, "assay");
    request_.prepare_payload();
  }

  http::response<http::string_body> run() {
    // With a stream's own timeout every step below ends in time; asynchronous, for only then it
    // counts.
    resolver_.async_resolve(to_.host, to_.port, [this](auto error, const auto& endpoints) {
      if (failed(error)) return;
      stream_.expires_after(kPatience);
      stream_.async_connect(endpoints, [this](auto connected, const auto&) {
        if (!failed(connected)) send();
      });
    });
    context_.run_for(2 * kPatience);
    if (!done_ && !error_) error_ = beast::error::timeout;
    if (error_) {
      throw StorageError(fmt::format("[metrics] no Pushgateway at http://{}:{}: {}", to_.host,
                                     to_.port, error_.message()));
    }
    return response_;
  }

 private:
  bool failed(const beast::error_code& error) {
    error_ = error;
    return static_cast<bool>(error);
  }
  void send() {
    http::async_write(stream_, request_, [this](auto error, size_t) {
      if (failed(error)) return;
      http::async_read(stream_, buffer_, response_,
                       [this](auto read_error, size_t) { done_ = !failed(read_error); });
    });
  }

  const PushgatewayAddress& to_;
  http::request<http::string_body> request_;
  http::response<http::string_body> response_;
  boost::asio::io_context context_;
  tcp::resolver resolver_{context_};
  beast::tcp_stream stream_{context_};
  beast::flat_buffer buffer_;
  beast::error_code error_;
  bool done_ = false;
};

void exchange(const PushgatewayAddress& to, http::verb verb, const std::string& run_id,
              const std::string& body) {
  http::request<http::string_body> request(verb, "/metrics/job/assay_run/run_id/" + run_id, kHttp11,
                                           body);
  if (!body.empty()) request.set(http::field::content_type, "text/plain; version=0.0.4");
  const auto response = Exchange(to, std::move(request)).run();
  if (response.result_int() / 100 == 2) return;
  throw StorageError(fmt::format("[metrics] the Pushgateway at http://{}:{} refuses run {}: {} {}",
                                 to.host, to.port, run_id, response.result_int(),
                                 response.body().substr(0, response.body().find('\n'))));
}

}  // namespace

PushgatewayAddress parse_pushgateway(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  const auto refuse = [&]() {
    throw ConfigError(fmt::format(
        "[metrics] no address of a Pushgateway: \"{}\" (http://HOST:PORT is one)", url));
  };
  if (!url.starts_with(kScheme)) refuse();
  std::string_view rest = url.substr(kScheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || colon == 0) refuse();
  const std::string_view port = rest.substr(colon + 1);
  const bool is_number = !port.empty() && port.size() <= 5 &&
                         port.find_first_not_of("0123456789") == std::string_view::npos;
  if (!is_number || std::stoi(std::string(port)) > 65535 || rest.find('/') != rest.npos) refuse();
  return {std::string(rest.substr(0, colon)), std::string(port)};
}

void push_run(const PushgatewayAddress& to, const std::string& run_id, const std::string& metrics) {
  exchange(to, http::verb::put, run_id, metrics);
}

void forget_run(const PushgatewayAddress& from, const std::string& run_id) {
  exchange(from, http::verb::delete_, run_id, "");
}

}  // namespace assay
