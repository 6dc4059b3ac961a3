#include "metrics/http_get.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "formats/file_descriptor.h"

namespace assay {
namespace {

void require(int result, const char* call) {
  if (result != 0) throw std::system_error(errno, std::generic_category(), call);
}

sockaddr_in socket_on(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

int idle_connection(uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = socket_on(port);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    return socket;
  }
  ::close(socket);
  return -1;
}

std::string http_get_metrics(uint16_t port, const std::string& headers) {
  const FileDescriptor socket(idle_connection(port));
  const std::string request =
      "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "\r\n";
  if (::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return {};
  std::string answer;
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0; (size = ::recv(socket.get(), buffer.data(), buffer.size(), 0)) > 0;) {
    answer.append(buffer.data(), static_cast<size_t>(size));
  }
  return answer;
}

FileDescriptor unread_request(uint16_t port) {
  FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int few_bytes = 1;  // the kernel makes its smallest buffer of it
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &few_bytes, sizeof(few_bytes));
  const sockaddr_in address = socket_on(port);
  require(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
          "connect");
  constexpr std::string_view kRequest = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
  ::send(socket.get(), kRequest.data(), kRequest.size(), MSG_NOSIGNAL);
  return socket;
}

FileDescriptor listen_on(uint16_t port) {
  FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = socket_on(port);
  require(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
          "bind");
  ::listen(socket.get(), 1);
  return socket;
}

uint16_t free_port() {
  const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = socket_on(0);
  socklen_t size = sizeof(address);
  require(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size), "bind");
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

}  // namespace assay
