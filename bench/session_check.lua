-- What /auth/verify does for a session that it does not know, as nginx does it with Lua: the
-- cookie's signature and dates, the session in Redis, its limits, and who it is. Connections to
-- Redis are kept; the key of the HMAC is made ready once; the JSON is lua-cjson's.
local ffi = require("ffi")
local base64 = require("ngx.base64")
local json = require("cjson.safe")
local redis = require("nginx.redis")

ffi.cdef([[
typedef struct hmac_ctx_st HMAC_CTX;
typedef struct evp_md_st EVP_MD;
typedef struct engine_st ENGINE;
HMAC_CTX *HMAC_CTX_new(void);
const EVP_MD *EVP_sha256(void);
int HMAC_Init_ex(HMAC_CTX *ctx, const void *key, int len, const EVP_MD *md, ENGINE *impl);
int HMAC_Update(HMAC_CTX *ctx, const unsigned char *data, size_t len);
int HMAC_Final(HMAC_CTX *ctx, unsigned char *md, unsigned int *len);
int CRYPTO_memcmp(const void *a, const void *b, size_t len);
]])

local idle = 24 * 3600
local connections = 512 -- kept by one worker

local function verifier(secret)
  local context = ffi.C.HMAC_CTX_new()
  local out, length = ffi.new("unsigned char[32]"), ffi.new("unsigned int[1]")
  assert(ffi.C.HMAC_Init_ex(context, secret, #secret, ffi.C.EVP_sha256(), nil) == 1)
  return function(text, signature)
    ffi.C.HMAC_Init_ex(context, nil, 0, nil, nil)
    ffi.C.HMAC_Update(context, text, #text)
    ffi.C.HMAC_Final(context, out, length)
    return #signature == 32 and ffi.C.CRYPTO_memcmp(out, signature, 32) == 0
  end
end

local function object_of(part)
  local text = base64.decode_base64url(part)
  return text and json.decode(text)
end

local function claims_of(token, is_signed)
  local header, claims, signature = token:match("^([%w_-]+)%.([%w_-]+)%.([%w_-]+)$")
  local head = header and object_of(header)
  if not head or head.alg ~= "HS256" or head.crit then return nil end
  local bytes = base64.decode_base64url(signature)
  if not bytes or not is_signed(header .. "." .. claims, bytes) then return nil end
  local out = object_of(claims)
  if not out or type(out.sid) ~= "string" or type(out.sub) ~= "string" then return nil end
  if type(out.exp) ~= "number" or out.exp <= ngx.time() then return nil end
  return out
end

local function session_of(claims, port)
  local store = redis:new()
  store:set_timeout(2000)
  if not store:connect("127.0.0.1", port) then return nil, 503 end
  local found = store:mget("caredian:session:" .. claims.sid, "caredian:used:" .. claims.sid)
  store:set_keepalive(60000, connections)
  if not found then return nil, 503 end
  local session = type(found[1]) == "string" and json.decode(found[1])
  local used = tonumber(found[2]) or 0
  local now = ngx.time()
  if not session or session.account ~= claims.sub or session.expires / 1e9 <= now
    or now - used / 1e9 >= idle then
    return nil, 401
  end
  return session
end

return function(secret, port)
  local is_signed = verifier(secret)
  return function()
    local token = ngx.var.cookie_caredian_session
    local claims = token and claims_of(token, is_signed)
    if not claims then return ngx.exit(401) end
    local session, status = session_of(claims, port)
    if not session then return ngx.exit(status) end
    local headers = ngx.header
    headers["X-Remote-User"] = session.username
    headers["X-Remote-Groups"] = session.role
    headers["X-Remote-Name"] = session.full_name
    headers["X-Remote-Email"] = ""
    headers["Content-Length"] = 0
    return ngx.exit(200)
  end
end
